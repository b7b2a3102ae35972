# SPDX-License-Identifier: MIT
# One line of the table: a measure, what is wanted of it, and what it is.
from dataclasses import asdict, dataclass
from typing import Optional


@dataclass
class Row:
    measure: str
    value: str
    target: str = ""
    ratio: Optional[float] = None
    is_met: Optional[bool] = None  # None: it has no target

    def as_dict(self):
        return asdict(self)


def at_most(measure, value, limit, unit="", ratio=None, target=None):
    """A number that must not be above the limit."""
    return Row(measure, f"{value:.3g}{unit}", target or f"<= {limit:g}{unit}", ratio,
               value <= limit)


def at_least(measure, value, limit, unit="", ratio=None, target=None):
    """A number that must not be below the limit."""
    return Row(measure, f"{value:.3g}{unit}", target or f">= {limit:g}{unit}", ratio,
               value >= limit)


def ratio_at_most(measure, ratio, limit, value, of):
    """A quotient of two that were measured in turns."""
    return Row(measure, value, f"<= {limit:.2f} x {of}", ratio, ratio <= limit)


def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def table_text(rows, machine):
    """Markdown, so that a document can hold what was printed."""
    verdict = {True: "met", False: "NOT MET", None: ""}
    head = ("measure", "target", "value", "ratio", "")
    lines = [head] + [
        (row.measure, row.target, row.value,
         "" if row.ratio is None else f"{row.ratio:.3g}", verdict[row.is_met]) for row in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    text = (f"{machine['processors']} x {machine['model']}, Linux {machine['kernel']},"
            f" load {machine['load_before']:.2f} before, {machine['load_after']:.2f} after\n\n")
    for number, line in enumerate(lines):
        cells = (cell.ljust(width) for cell, width in zip(line, widths))
        text += "| " + " | ".join(cells) + " |\n"
        if number == 0:
            text += "|" + "|".join("-" * (width + 2) for width in widths) + "|\n"
    return text


def write_into(document, text):
    """Puts the table between the two marks that the document has for it."""
    begin, end = "<!-- table: bench/run --write -->\n", "<!-- end of table -->"
    before, _, rest = document.read_text().partition(begin)
    _, _, after = rest.partition(end)
    if not after:
        raise RuntimeError(f"{document} has no place for the table")
    document.write_text(before + begin + text + end + after)
