"""Stories; a package, so that their desk ends with the last of them."""
