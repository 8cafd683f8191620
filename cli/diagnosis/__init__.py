"""What `./support doctor` looks at, one part of the desk a module."""
