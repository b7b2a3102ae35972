# SPDX-License-Identifier: MIT
# Curves over time as an SVG, one above the other, with no more than a reader needs: a name, the
# highest and the lowest value, the time.
WIDTH, PANEL, MARGIN, GAP = 720, 90, 60, 34


def curve(points, top):
    values = [value for _, value in points]
    low, high = min(values), max(values)
    span_s = points[-1][0] - points[0][0] or 1
    span = high - low or 1
    flat = high == low
    return " ".join(
        f"{MARGIN + (at - points[0][0]) / span_s * (WIDTH - 2 * MARGIN):.1f},"
        f"{top + (PANEL / 2 if flat else PANEL - (value - low) / span * PANEL):.1f}"
        for at, value in points)


def draw(path, looks, title, panels):
    height = GAP + len(panels) * (PANEL + GAP) + 10
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}"'
             ' font-family="sans-serif" font-size="11">',
             f'<rect width="{WIDTH}" height="{height}" fill="white"/>',
             f'<text x="{MARGIN}" y="18" font-size="13">{title}</text>']
    for number, (field, name) in enumerate(panels):
        top = GAP + number * (PANEL + GAP)
        points = [(look["at_s"], look[field]) for look in looks]
        values = [value for _, value in points]
        parts += [
            f'<rect x="{MARGIN}" y="{top}" width="{WIDTH - 2 * MARGIN}" height="{PANEL}"'
            ' fill="none" stroke="#bbb"/>',
            f'<text x="{MARGIN}" y="{top - 4}">{name}</text>',
            f'<text x="{MARGIN - 4}" y="{top + 8}" text-anchor="end">{max(values):.4g}</text>',
            f'<text x="{MARGIN - 4}" y="{top + PANEL}" text-anchor="end">{min(values):.4g}</text>',
            f'<polyline points="{curve(points, top)}" fill="none" stroke="#236" />',
        ]
    parts += [f'<text x="{WIDTH - MARGIN}" y="{height - 12}" text-anchor="end">'
              f'{looks[-1]["at_s"]:.0f} s</text>', "</svg>"]
    path.write_text("\n".join(parts) + "\n")
