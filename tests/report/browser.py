"""A headless browser for the tests of pages; without Chromium and its driver these tests are skipped."""

import os
import shutil

import pytest


def driver():
    """Chromium without a window, with a log of what it asks the network for."""
    selenium = pytest.importorskip("selenium", reason="selenium is not installed (pip install gvhdcalc[test])")
    from selenium import webdriver

    del selenium
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    service = shutil.which("chromedriver")
    if browser is None or service is None:
        pytest.skip("no browser: install chromium and chromium-driver (apt-get install chromium chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for argument in ("--headless=new", "--disable-dev-shm-usage", "--window-size=1100,1000", "--hide-scrollbars"):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # Chromium's sandbox does not run as root
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(service))
