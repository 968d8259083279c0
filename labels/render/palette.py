"""The colours of label, pages and PDFs: one table, each token in a light and a dark scheme.

Rules:

* ``api/web/static/tanbiao.css`` and ``docs/reference/design-tokens.md`` repeat these values;
  a test holds the three together and computes the WCAG 2.2 contrast of every pair in use.
* Paper (mark, certificate) always uses the light scheme: SVG for print knows no ``var()``.
* A colour never carries a meaning alone: a word, an icon or a pattern stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

from footprint.bom import Stage


@dataclass(frozen=True)
class Colour:
    """One token: ``#RRGGBB`` on light paper and on dark paper."""

    light: str
    dark: str


TOKENS: dict[str, Colour] = {
    "paper": Colour("#FBFAF7", "#14181A"),
    "raised": Colour("#FFFFFF", "#1C2225"),
    "ink": Colour("#16211E", "#E8ECE9"),
    "ink-soft": Colour("#52605B", "#A3AFA9"),
    "line": Colour("#DDE2DC", "#2E373A"),
    "edge": Colour("#7C8983", "#75817B"),
    "jade": Colour("#0B6E4F", "#43B58A"),
    "jade-wash": Colour("#E6F2EC", "#12302A"),
    "on-jade": Colour("#FFFFFF", "#0A1F18"),
    "amber": Colour("#8A5A00", "#E0A93B"),
    "amber-wash": Colour("#F8EFDC", "#33290F"),
    "cinnabar": Colour("#B3261E", "#F0837A"),
    "cinnabar-wash": Colour("#FBE9E7", "#3A1C1A"),
    "on-cinnabar": Colour("#FFFFFF", "#2A0C09"),
    "focus": Colour("#0B57D0", "#8AB4F8"),
    "stage-raw-material": Colour("#355C7D", "#7FA3C7"),
    "stage-manufacturing": Colour("#0B6E4F", "#43B58A"),
    "stage-distribution": Colour("#B7791F", "#E0A93B"),
    "stage-use": Colour("#7B4B94", "#B48CCB"),
    "stage-end-of-life": Colour("#6B7280", "#A0A7B1"),
}

# text token, the grounds it is set on
TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    *((text, ground) for text in ("ink", "ink-soft", "jade", "amber", "cinnabar", "focus")
      for ground in ("paper", "raised")),
    ("ink", "jade-wash"),
    ("ink", "amber-wash"),
    ("ink", "cinnabar-wash"),
    ("ink-soft", "jade-wash"),
    ("jade", "jade-wash"),
    ("amber", "amber-wash"),
    ("cinnabar", "cinnabar-wash"),
    ("on-jade", "jade"),
    ("on-cinnabar", "cinnabar"),
)  # fmt: skip
# marks, bars, borders of controls and focus rings against what they lie on
GRAPHIC_PAIRS: tuple[tuple[str, str], ...] = tuple(
    (graphic, ground)
    for graphic in ("edge", "jade", "amber", "cinnabar", "focus", *(f"stage-{s}" for s in Stage))
    for ground in ("paper", "raised")
)


def paper_colour(token: str) -> str:
    """The light-scheme value of a token, for everything that is printed."""
    return TOKENS[token].light


def stage_token(stage: str) -> str:
    """The token, and class name, of a life-cycle stage: ``stage-use``."""
    return f"stage-{stage}"


def contrast_ratio(first: str, second: str) -> float:
    """Contrast of two ``#RRGGBB`` colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
