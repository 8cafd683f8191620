"""The road to RabbitMQ: where it is, what stands on it, and a publisher that never hangs."""
