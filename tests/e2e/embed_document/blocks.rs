//! The blocks of code of a document. One that is to be run says in its first line what it is: a file (```` ```js main.js ````), or
//! commands in the folder (```` ```sh folder ````) or in the checkout (```` ```sh checkout ````). All others are there to be read.

/// What a block is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// Commands for a shell in the reader's folder.
    InFolder(String),
    /// Commands for a shell in a checkout of the project.
    InCheckout(String),
    /// A file of the reader's folder.
    File {
        /// Its path there.
        path: String,
        /// What it holds.
        text: String,
    },
}

/// The blocks that are to be run, each with the heading of the section (`## `) that it is in.
pub(super) fn of(document: &str) -> Vec<(&str, Block)> {
    let mut section = "";
    let mut blocks = Vec::new();
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            section = heading;
        }
        let Some(info) = line.strip_prefix("```") else { continue };
        let text: String = lines.by_ref().take_while(|line| *line != "```").flat_map(|line| [line, "\n"]).collect();
        if let Some((language, name)) = info.split_once(' ') {
            blocks.push((section, block(language, name, text)));
        }
    }
    blocks
}

fn block(language: &str, name: &str, text: String) -> Block {
    match (language, name) {
        ("sh", "folder") => Block::InFolder(text),
        ("sh", "checkout") => Block::InCheckout(text),
        (_, path) => Block::File { path: path.to_owned(), text },
    }
}

#[test]
fn the_blocks_of_a_document_are_found_in_their_order() {
    let document = "# All\n```sh\nread this\n```\n## One\n```sh folder\na\n\nb\n```\ntext\n## Two\n\n```js main.js\n## 1\n```\n```sh checkout\nc\n```\n";
    let file = Block::File { path: "main.js".into(), text: "## 1\n".into() };
    let expected =
        [("One", Block::InFolder("a\n\nb\n".into())), ("Two", file), ("Two", Block::InCheckout("c\n".into()))];
    assert_eq!(of(document), expected);
}
