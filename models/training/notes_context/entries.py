"""What was entered about a stay, as the bedside's context record has it: problems and notes, each a short phrase.

test/evaluate/eicu-entries.ts does the same.
"""
import re


def phrase(text: str) -> str:
    """Lower case, single blanks, without instructions to the one who fills in the form: (for X see Y)."""
    text = re.sub(r"\([^)]*\bsee\b[^)]*\)", " ", text.lower())
    return re.sub(r"\s+", " ", text.replace(";", ",")).strip()


def _last_two(parts: list[str]) -> str:
    return " ".join(parts[-2:])


def admission_diagnosis(path: str) -> str | None:
    parts = path.split("|")
    if len(parts) > 2 and parts[1] == "All Diagnosis":
        return phrase(parts[-1])
    if len(parts) > 2 and parts[1] == "Elective" and parts[2] == "Yes":
        return "elective surgery"
    return None


def diagnosis(path: str) -> str | None:
    return phrase(_last_two(path.split("|")))


def past_history(path: str) -> str | None:
    if "/Organ Systems/" not in path:
        return "no health problems" if path.endswith("/No Health Problems") else None
    parts = path.split("/Organ Systems/")[1].split("/")
    return phrase(f"history of {parts[-1] if parts[-2].lower() in parts[-1].lower() else _last_two(parts)}")


def treatment(path: str) -> str | None:
    return phrase(_last_two(path.split("|")))


# Table, column of minutes since admission, column of the path, what is made of it.
PROBLEMS = (
    ("admissiondx", "admitdxenteredoffset", "admitdxpath", admission_diagnosis),
    ("diagnosis", "diagnosisoffset", "diagnosisstring", diagnosis),
)
NOTES = (
    ("pasthistory", "pasthistoryenteredoffset", "pasthistorypath", past_history),
    ("treatment", "treatmentoffset", "treatmentstring", treatment),
)
