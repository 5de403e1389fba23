# request: {"data": [1, 2]}
import json
import logging
import os
from datetime import datetime
from typing import Any, Dict, List, Optional

log = logging.getLogger("score")
model: Optional[Any] = None
start: datetime


def init() -> None:
    global model, start
    logging.basicConfig(level=os.getenv("LOG_LEVEL", "INFO"))
    start = datetime.now()
    model = len


def run(raw_data: str) -> Dict[str, List[int]]:
    body: Dict[str, Any] = json.loads(raw_data)
    log.info("request %s", body)
    return {"sizes": [model(body["data"])], "age": int((datetime.now() - start).total_seconds())}
