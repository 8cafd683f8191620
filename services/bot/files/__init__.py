"""Files in messages: what people sent, taken in once, and what goes with what we send."""
