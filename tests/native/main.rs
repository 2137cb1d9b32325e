//! Tests of the pure core that need more than one module or a fixture.
