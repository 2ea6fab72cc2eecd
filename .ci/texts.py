"""Brings the catalogues in bot/telegram/locales in step with the texts in the code.

New texts are added to each, untranslated; those that are gone go. With --check nothing is written:
it exits 1 where a catalogue is not as this command would leave it, or lacks a translation.
"""

import io
import sys
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "bot" / "telegram" / "locales"
FORMS = {
    "hi": "nplurals=2; plural=(n > 1);",
    "pt": "nplurals=2; plural=(n > 1);",
    "id": "nplurals=1; plural=0;",
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
    "n%100>=11 ? 4 : 5);",
}
"""How languages count (CLDR), where Babel's table for catalogues has it otherwise."""
KEYWORDS = {"_": None, "_n": (1, 2), "sentence": None}


def extracted() -> Catalog:
    """Return every text in the code, in its order."""
    found = Catalog()
    for _, _, text, comments, _ in extract_from_dir(
        ROOT / "bot", method_map=[("**.py", "python")], keywords=KEYWORDS
    ):
        found.add(text, auto_comments=comments)
    return found


def written(catalogue: Catalog, code: str) -> bytes:
    """Return a catalogue as a file, without dates and line numbers: they only make conflicts."""
    out = io.BytesIO()
    write_po(out, catalogue, width=100, no_location=True, omit_header=True, ignore_obsolete=True)
    plurals = get_plural(Locale.parse(code, sep="-")).plural_forms
    header = (
        'msgid ""', 'msgstr ""', '"Content-Type: text/plain; charset=utf-8\\n"',
        f'"Language: {code}\\n"', f'"Plural-Forms: {FORMS.get(code, plurals)}\\n"', "", "",
    )  # fmt: skip
    return "\n".join(header).encode() + out.getvalue().strip() + b"\n"


def main() -> int:
    """Write, or check, every catalogue."""
    template, wrong = extracted(), 0
    for path in sorted(FOLDER.glob("*.po")):
        before = path.read_bytes()
        catalogue = read_po(io.BytesIO(before), locale=path.stem.replace("-", "_"))
        catalogue.update(template, no_fuzzy_matching=True)
        after = written(catalogue, path.stem)
        lacking = [one.id for one in catalogue if one.id and not _whole(one.string)]
        if after != before:
            sys.stdout.write(f"{path.name}: not in step with the code; run .ci/texts.py\n")
        if lacking:
            lines = f"{len(lacking)} texts to translate, such as {lacking[0]!r}"
            sys.stdout.write(f"{path.name}: {lines}\n")
        wrong += after != before or bool(lacking)
        if "--check" not in sys.argv:
            path.write_bytes(after)
    return 1 if wrong and "--check" in sys.argv else 0


def _whole(said: object) -> bool:
    return all(said) if isinstance(said, tuple) else bool(said)


if __name__ == "__main__":
    sys.exit(main())
