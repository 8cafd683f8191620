"""Files that people sent: kept by their contents, told apart by their contents, never by a name."""
