"""The pictures of docs/bot.md: a day at a desk that runs, as the people in it see it on a phone.

`python -m docs.drawing` plays the day and takes the pictures anew; it needs RabbitMQ and Chromium.
"""
