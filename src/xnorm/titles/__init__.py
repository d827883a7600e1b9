"""Job titles: taken apart, linked to occupations, and backed off to groups of occupations."""

from xnorm.titles.cleaner import clean
from xnorm.titles.model import Part, Role, Title

__all__ = ["Part", "Role", "Title", "clean"]
