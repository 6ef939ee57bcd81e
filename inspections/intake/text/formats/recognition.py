"""The text of scanned pages, by OCRmyPDF where it is installed."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from inspections.intake.text.lines import NotAReportError
from inspections.processes import child_environment

_PROGRAM = "ocrmypdf"
_LONGEST_SECONDS = 1800
RECOGNISED = (
    "its text was recognised in pictures of pages (OCR), where letters and digits may be mistaken"
)


def recognised(name: str, content: bytes, pages: int) -> bytes:
    """Recognise the text of a PDF that holds pictures of pages.

    Args:
        name: The file's name.
        content: The PDF.
        pages: How many pages it has.

    Returns:
        The same pages as a PDF with text.

    Raises:
        NotAReportError: OCRmyPDF is not installed, or fails; the message says what to do.
    """
    scanned = f"{name} holds pictures of pages without text ({pages} pages); it was scanned."
    program = shutil.which(_PROGRAM)
    if program is None:
        raise NotAReportError(
            f"{scanned} Install {_PROGRAM} (Debian: apt-get install {_PROGRAM}) and run the command"
            " again, which then recognises its text; or find the original."
        )
    with tempfile.TemporaryDirectory(prefix="inspections-ocr-") as folder:
        before, after = Path(folder) / "scanned.pdf", Path(folder) / "recognised.pdf"
        before.write_bytes(content)
        command = [
            program,
            "--quiet",
            "--force-ocr",
            "--output-type",
            "pdf",
            str(before),
            str(after),
        ]
        try:
            subprocess.run(
                command,
                check=True,
                capture_output=True,
                text=True,
                timeout=_LONGEST_SECONDS,
                env=child_environment(),
            )
            return after.read_bytes()
        except subprocess.CalledProcessError as error:
            said = (error.stderr.strip().splitlines() or ["it gives no reason"])[-1]
        except subprocess.TimeoutExpired:
            said = f"it takes longer than {_LONGEST_SECONDS // 60} minutes"
        except OSError as error:
            said = error.strerror or str(error)
    raise NotAReportError(
        f"{scanned} {_PROGRAM} does not recognise its text: {said}. Find the original, or scan it"
        " anew with a higher resolution."
    )
