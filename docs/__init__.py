"""Pages for readers, and the scripts that write some of them."""
