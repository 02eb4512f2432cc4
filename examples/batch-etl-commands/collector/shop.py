"""The shop's API."""

import json
import os
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

RANKING = "/ichibaranking/api/IchibaItem/Ranking/20220601"
ITEM = "/ichibams/api/IchibaItem/Search/20260401"
GENRE = "/ichibagt/api/IchibaGenre/Search/20260401"
TAG = "/ichibagt/api/IchibaTag/Search/20140222"

CREDENTIALS = {
    "applicationId": "RAKUTEN_APP_ID",
    "accessKey": "RAKUTEN_ACCESS_KEY",
    "affiliateId": "RAKUTEN_AFFILIATE_ID",
}


def ask(path, **query):
    """What the shop answers; None where it says that there is no such thing."""
    credentials = {key: os.environ[name] for key, name in CREDENTIALS.items() if name in os.environ}
    words = urlencode({**credentials, "formatVersion": 2, **query})
    try:
        with urlopen(f"{os.environ['RAKUTEN_BASE']}{path}?{words}", timeout=30) as answer:
            return json.load(answer)
    except HTTPError as error:
        if error.code == 404:
            return None
        raise
