"""From a key to the next decoded picture on a slow line: `python -m tests.browser.slow3g URL`.

No test: it takes as long as a person takes. It plays as a guest against a running demo, in Chromium; after
the first page the line is a slow 3G (400 kbit/s each way, 400 ms). The time runs in the page, from keydown
to the first frame that has the next photo decoded and its answers alive.
"""

import argparse
import os
import random
from statistics import quantiles

from playwright.sync_api import Page, sync_playwright

READY = "[data-card][data-ready]"
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
KEYS = ("1", "1", "2", "2", "3", "n")
WATCH = """
window.waits = [];
window.bytes = 0;
const count = (entry) => { if (entry.name.includes("/media/")) bytes += entry.transferSize };
const watcher = new PerformanceObserver((list) => list.getEntries().forEach(count));
watcher.observe({ type: "resource", buffered: true });
addEventListener("keydown", () => {
  const began = performance.now();
  const before = document.querySelector("[data-card]")?.dataset.photo;
  const look = () => {
    const card = document.querySelector("[data-card][data-ready]");
    const there = card && card.dataset.photo !== before && card.querySelector(".hero").naturalWidth;
    if (there) waits.push(performance.now() - began);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}, true);
"""


def measured(page: Page, url: str, votes: int, pace: float) -> tuple[list[float], float]:
    """Play so many votes; returns the waits in ms and the kB of pictures a photo."""
    page.add_init_script(WATCH)
    page.goto(f"{url}/accounts/login/")
    page.get_by_role("button", name="Play as a guest").click()
    page.wait_for_selector(READY)
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW_3G)
    hands = random.Random(7)
    for number in range(votes):
        page.wait_for_timeout(1000 * pace * hands.uniform(0.6, 1.4))
        page.keyboard.press(hands.choice(KEYS))
        page.wait_for_selector(READY, timeout=60_000)
        if number % 50 == 49:
            print(f"{number + 1} votes", flush=True)
    waits = [float(wait) for wait in page.evaluate("waits")]
    return waits, float(page.evaluate("bytes")) / 1000 / max(1, len(waits))


def main() -> None:
    """Measure and print one line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--votes", type=int, default=200)
    parser.add_argument("--pace", type=float, default=3.0, help="seconds a vote, on average")
    asked = parser.parse_args()
    chromium = "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium if os.path.exists(chromium) else None,  # noqa: PTH110
            args=["--no-sandbox", "--disable-gpu"],
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        waits, kilobytes = measured(page, asked.url, asked.votes, asked.pace)
        browser.close()
    p50, p95 = quantiles(waits, n=100)[49], quantiles(waits, n=100)[94]
    print(
        f"{len(waits)} votes, one in {asked.pace:g} s: key to next decoded picture"
        f" p50 {p50:.0f} ms, p95 {p95:.0f} ms, max {max(waits):.0f} ms; {kilobytes:.0f} kB of pictures each"
    )


if __name__ == "__main__":
    main()
