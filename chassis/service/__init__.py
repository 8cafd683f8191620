"""What a nameko service runs on. Nothing outside this folder and the services imports nameko."""
