"""What a person sees; a package, so that the desk ends with the last test."""
