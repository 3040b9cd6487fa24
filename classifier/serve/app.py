"""The model process: `OPENBLAS_NUM_THREADS=1 granian --interface asgi classifier.serve.app:app --workers 1`.

`POST /predict` takes one picture (its bytes, or a form with the file `image`), a JSON batch or an NDJSON
stream; `POST /explain` says what an answer about one picture rests on; `GET /healthz` says which model
answers. CLASSIFIER_CHAMPION (a run folder, or a link to one) and CLASSIFIER_INDEX (the index file; "{run}" in
it is the champion's id) say what serves, CLASSIFIER_* as of ServeConfig how. Champion and index may change at
any time: the old pair answers until the new one is warm. NumPy's own threads would spin beside the decoders.
"""

import logging
import os

from classifier.serve.application import Application
from classifier.serve.config import ServeConfig

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
app = Application(ServeConfig.from_environment(os.environ))
