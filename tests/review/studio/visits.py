"""The program at a terminal, and how a person and a program visit a server by other means than our own."""

import subprocess
import sys

import requests


def studio_command(*words: object) -> subprocess.Popen[str]:
    """`meu-data studio ...` in a process of its own."""
    command = [sys.executable, "-m", "meu_data", "studio", *map(str, words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def logs_in(url: str, username: str, password: str) -> bool:
    """As a person does, by the form."""
    with requests.Session() as browser:
        browser.get(f"{url}/user/login/")
        form = {"email": username, "password": password, "csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        browser.post(f"{url}/user/login/", form, headers={"Referer": url})
        return browser.get(f"{url}/api/current-user/whoami").status_code == 200


def asks(url: str, path: str, token: str, /, **body: object) -> requests.Response:
    """Asks the API; with a body, posts it."""
    headers = {"Authorization": f"Token {token}"}
    return requests.request("POST" if body else "GET", url + path, json=body or None, headers=headers, timeout=300)
