"""Play the day and take its pictures into docs/bot/."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from cli.broker import PrivateBroker
from docs.drawing.album import Album
from docs.drawing.camera import EMOJI, Camera, has_emoji
from docs.drawing.day import played
from docs.drawing.page import page

PICTURES = Path(__file__).parents[1] / "bot"


def main() -> None:
    """Take every picture anew, or those that are named."""
    if not has_emoji():
        sys.exit(f"The pictures need the font {EMOJI}: apt-get install fonts-noto-color-emoji.")
    wanted = set(sys.argv[1:])
    with TemporaryDirectory(prefix="support-pictures-") as name:
        directory = Path(name)
        album = _play(directory)
        camera = Camera(directory)
        try:
            PICTURES.mkdir(exist_ok=True)
            for shot in album.shots:
                if not wanted or shot.name in wanted:
                    path = PICTURES / f"{shot.name}.png"
                    path.write_bytes(camera.take(page(shot)))
                    print(f"{path.name}: {path.stat().st_size} bytes")
        finally:
            camera.close()


def _play(directory: Path) -> Album:
    broker = PrivateBroker(directory / "broker")
    broker.start()
    try:
        return played(directory, broker.add_vhost("pictures"))
    finally:
        broker.stop()


if __name__ == "__main__":
    main()
