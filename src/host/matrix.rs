//! Our own Matrix client as a host: thin, everything is asked of `matrix::client`.
