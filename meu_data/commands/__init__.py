"""One module per group of commands; a command parses, calls one library function, prints what came of it."""
