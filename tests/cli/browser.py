"""Headless Chromium for tests of pages; whoever imports this is skipped where it is not installed.

Needs the python3 of Debian, which has python3-selenium.
"""

import json
import shutil
import sys

SKIPPED = 77
DRIVER = shutil.which("chromedriver")
BROWSER = shutil.which("chromium")
try:
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.actions.wheel_input import ScrollOrigin
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
except ImportError:
    print("skipped: python3-selenium is not installed")
    sys.exit(SKIPPED)
if DRIVER is None or BROWSER is None:
    print("skipped: chromium or chromium-driver is not installed")
    sys.exit(SKIPPED)


def open_browser(*arguments):
    options = Options()
    options.binary_location = BROWSER
    for argument in (
        *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
        *("--window-size=1300,1000", *arguments),
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(service=Service(DRIVER), options=options)


def asked_for(browser, page):
    """What was asked for since the log was last read, but for the page itself and what is in it."""
    asked = []
    for entry in browser.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked.append(message["params"]["request"]["url"])
    return [url for url in asked if not url.startswith("data:") and not url.endswith(page)]
