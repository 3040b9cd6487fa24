"""What a player does and sees, for the tests of the game in a browser."""

from playwright.sync_api import Page, expect

from truther.models import Vote

READY = "#deck [data-card][data-ready]"


def shown(page: Page) -> str:
    """Wait for a photo that can be judged; returns its id."""
    return page.locator(READY).get_attribute("data-photo") or ""


def after(page: Page, photo: str) -> None:
    """Wait for another photo."""
    page.wait_for_selector(f"{READY}:not([data-photo='{photo}'])")


def press(page: Page, key: str) -> str:
    """Answer the photo on the table by a key, wait for the next one, and return which it was."""
    photo = shown(page)
    page.keyboard.press(key)
    after(page, photo)
    return photo


def all_saved(page: Page) -> None:
    """Wait until the server has everything."""
    expect(page.locator("#saved")).to_have_attribute("data-left", "0")
    expect(page.locator("#state")).to_have_text("All saved")


def kept() -> dict[str, str]:
    """What the server holds: the answer of every photo; a second one for any photo is an error."""
    votes = list(Vote.objects.filter(live=True))
    assert len(votes) == len({vote.photo_id for vote in votes})
    return {vote.photo_id: vote.answer for vote in votes}
