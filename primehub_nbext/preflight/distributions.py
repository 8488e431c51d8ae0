"""The name of a module that a notebook imports in; what pip installs to have it out."""

from __future__ import annotations

# Where the two differ in more than - and _, and capitals, which pip takes for the same. Names as on PyPI.
OF_MODULE = {
    "absl": "absl-py", "airflow": "apache-airflow", "apiclient": "google-api-python-client", "attr": "attrs",
    "ax": "ax-platform", "azureml": "azureml-core", "barcode": "python-barcode",
    "bayes_opt": "bayesian-optimization", "bidi": "python-bidi", "binance": "python-binance", "Bio": "biopython",
    "box": "python-box", "bs4": "beautifulsoup4", "bson": "pymongo", "cairo": "pycairo", "camelot": "camelot-py",
    "can": "python-can", "cassandra": "cassandra-driver", "community": "python-louvain", "cpuinfo": "py-cpuinfo",
    "Crypto": "pycryptodome", "Cryptodome": "pycryptodomex", "cv2": "opencv-python-headless",
    "dateutil": "python-dateutil", "decouple": "python-decouple", "discord": "discord.py", "dns": "dnspython",
    "docx": "python-docx", "dotenv": "python-dotenv", "ee": "earthengine-api", "enchant": "pyenchant",
    "engineio": "python-engineio", "environ": "django-environ", "facebook": "facebook-sdk", "faiss": "faiss-cpu",
    "ffmpeg": "ffmpeg-python", "fitz": "PyMuPDF", "fluidsynth": "pyfluidsynth", "frontmatter": "python-frontmatter",
    "gi": "PyGObject", "git": "GitPython", "github": "PyGithub", "gitlab": "python-gitlab",
    "googleapiclient": "google-api-python-client", "googlesearch": "googlesearch-python", "gridfs": "pymongo",
    "haiku": "dm-haiku", "hydra": "hydra-core", "ignite": "pytorch-ignite", "imblearn": "imbalanced-learn",
    "impala": "impyla", "jenkins": "python-jenkins", "jose": "python-jose", "jwt": "PyJWT", "kafka": "kafka-python",
    "kerastuner": "keras-tuner", "ldap": "python-ldap", "Levenshtein": "python-Levenshtein",
    "llama_cpp": "llama-cpp-python", "magic": "python-magic", "MeCab": "mecab-python3",
    "memcache": "python-memcached", "mpl_toolkits": "matplotlib", "multipart": "python-multipart",
    "mysql": "mysql-connector-python", "MySQLdb": "mysqlclient", "nacl": "PyNaCl", "nemo": "nemo_toolkit",
    "newspaper": "newspaper3k", "nmap": "python-nmap", "official": "tf-models-official",
    "open_clip": "open_clip_torch", "OpenGL": "PyOpenGL", "OpenSSL": "pyOpenSSL", "osgeo": "GDAL", "ot": "POT",
    "paddle": "paddlepaddle", "paho": "paho-mqtt", "parselmouth": "praat-parselmouth", "pdfminer": "pdfminer.six",
    "PIL": "Pillow", "pkg_resources": "setuptools<81", "pl_bolts": "lightning-bolts", "pptx": "python-pptx",
    "progressbar": "progressbar2", "psycopg2": "psycopg2-binary", "pyflink": "apache-flink", "pylab": "matplotlib",
    "pynvml": "nvidia-ml-py", "pyro": "pyro-ppl", "pythonjsonlogger": "python-json-logger", "pywt": "PyWavelets",
    "pyximport": "Cython", "rest_framework": "djangorestframework", "scikitplot": "scikit-plot",
    "serial": "pyserial", "skbio": "scikit-bio", "skfuzzy": "scikit-fuzzy", "skimage": "scikit-image",
    "sklearn": "scikit-learn", "skmultiflow": "scikit-multiflow", "skmultilearn": "scikit-multilearn",
    "sko": "scikit-opt", "skopt": "scikit-optimize", "sksurv": "scikit-survival", "skvideo": "scikit-video",
    "slugify": "python-slugify", "snappy": "python-snappy", "socketio": "python-socketio", "socks": "PySocks",
    "sonnet": "dm-sonnet", "speech_recognition": "SpeechRecognition", "spellchecker": "pyspellchecker",
    "surprise": "scikit-surprise", "tabula": "tabula-py", "talib": "TA-Lib", "telebot": "pyTelegramBotAPI",
    "telegram": "python-telegram-bot", "tensorflow_models": "tf-models-official", "tlz": "toolz", "tree": "dm-tree",
    "tsfm_public": "granite-tsfm", "umap": "umap-learn", "usb": "pyusb", "vlc": "python-vlc",
    "websocket": "websocket-client", "whisper": "openai-whisper", "whois": "python-whois",
    "wikipediaapi": "Wikipedia-API", "wx": "wxPython", "Xlib": "python-xlib", "yaml": "PyYAML", "zmq": "pyzmq",
}  # fmt: skip
# Namespaces that many distributions share: their first parts say which; the rest of them is not guessed.
NAMESPACES = {
    "azure", "backports", "databricks", "flaskext", "google", "jaraco", "opentelemetry", "ruamel", "snowflake",
    "sphinxcontrib", "zope",
}  # fmt: skip
# In these, what is imported is a package of its own again: `from google.cloud import storage`.
NAMESPACES_WITHIN = {"azure.ai", "azure.mgmt", "azure.storage", "google.cloud"}
OF_PACKAGE = {
    "azure.ai.ml": "azure-ai-ml", "azure.identity": "azure-identity",
    "azure.keyvault.secrets": "azure-keyvault-secrets", "azure.storage.blob": "azure-storage-blob",
    "google.api_core": "google-api-core", "google.auth": "google-auth",
    "google.cloud.aiplatform": "google-cloud-aiplatform", "google.cloud.bigquery": "google-cloud-bigquery",
    "google.cloud.firestore": "google-cloud-firestore", "google.cloud.pubsub_v1": "google-cloud-pubsub",
    "google.cloud.speech": "google-cloud-speech", "google.cloud.storage": "google-cloud-storage",
    "google.cloud.vision": "google-cloud-vision", "google.genai": "google-genai",
    "google.generativeai": "google-generativeai", "google.oauth2": "google-auth", "google.protobuf": "protobuf",
    "ruamel.yaml": "ruamel.yaml", "snowflake.connector": "snowflake-connector-python",
    "snowflake.snowpark": "snowflake-snowpark-python",
}  # fmt: skip

# Parts of Python that are there no more, not yet, on Windows only, or left out when it was built; what people call a
# file of their own; and what comes from elsewhere (or, as CuPy, by another name for each CUDA), while PyPI has
# something else of that name, or nothing.
_NOT_THERE = """
    imp asyncore asynchat smtpd cgi cgitb crypt telnetlib pipes nntplib ossaudiodev parser symbol formatter urllib2
    urlparse cPickle ConfigParser Queue StringIO cStringIO Tkinter commands __builtin__ httplib cookielib HTMLParser
    SocketServer winreg _winreg winsound msvcrt nt utils util helper helpers common config configs conf settings
    constants data dataset dataloader dataloaders model models src lib libs tools functions func funcs my_utils
    utilities main train trainer test tests eval evaluation preprocess preprocessing features plotting visualization
    network networks layers losses metrics modules scripts solution code project package apex arcpy bpy caffe clip
    detectron2 graph_tool mrcnn object_detection ROOT win32com win32api win32con win32gui pythoncom pywintypes cudf cuml
    cugraph cuspatial rmm cupy dolfin awsglue kaggle_datasets kaggle_secrets kaggle_web_client
    en_core_web_sm en_core_web_md en_core_web_lg en_core_web_trf zh_core_web_sm zh_core_web_md zh_core_web_lg bert
    keras_contrib senteval wav2vec2 java javax PyQt4 gtk distutils
    tkinter turtle curses sqlite3 lzma bz2 readline idlelib lib2to3 tomllib zoneinfo graphlib
"""
NOT_ON_PYPI = frozenset(_NOT_THERE.split())


def distribution_of(module: str) -> str | None:
    """What to install for a module, dotted as far as it was looked for; None where nobody can tell.

    A module of whose name nothing is known is taken for the distribution of that name, as it most often is.
    """
    top = module.partition(".")[0]
    if top in NAMESPACES:
        return next((name for package, name in OF_PACKAGE.items() if f"{module}.".startswith(f"{package}.")), None)
    return None if top in NOT_ON_PYPI else OF_MODULE.get(top, top)
