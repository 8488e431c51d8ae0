"""The name of a module that a notebook imports in; what pip installs to have it out."""

from __future__ import annotations

# Where the two differ; of most modules they do not. Names as on PyPI.
OF_MODULE = {
    "attr": "attrs", "Bio": "biopython", "bs4": "beautifulsoup4", "Crypto": "pycryptodome", "cv2": "opencv-python",
    "dateutil": "python-dateutil", "distutils": "setuptools", "docx": "python-docx", "dotenv": "python-dotenv",
    "faiss": "faiss-cpu", "fitz": "PyMuPDF", "git": "GitPython", "github": "PyGithub",
    "hydra": "hydra-core", "igraph": "python-igraph", "imblearn": "imbalanced-learn",
    "jose": "python-jose", "jwt": "PyJWT", "kafka": "kafka-python",
    "keras_cv": "keras-cv", "keras_nlp": "keras-nlp", "keras_tuner": "keras-tuner",
    "Levenshtein": "python-Levenshtein", "lightning": "lightning", "lightning_fabric": "lightning-fabric",
    "llama_index": "llama-index", "magic": "python-magic", "mpl_toolkits": "matplotlib", "MySQLdb": "mysqlclient",
    "nacl": "PyNaCl", "OpenSSL": "pyOpenSSL", "PIL": "Pillow", "pkg_resources": "setuptools", "pl_bolts":
    "lightning-bolts", "pptx": "python-pptx", "psycopg2": "psycopg2-binary", "py4j": "py4j", "pydicom": "pydicom",
    "pylab": "matplotlib", "pymysql": "PyMySQL", "pythonjsonlogger": "python-json-logger", "pytorch_lightning":
    "pytorch-lightning", "rouge_score": "rouge-score", "segmentation_models_pytorch": "segmentation-models-pytorch",
    "sentence_transformers": "sentence-transformers", "serial": "pyserial", "skbio": "scikit-bio",
    "skimage": "scikit-image", "sklearn": "scikit-learn", "skopt": "scikit-optimize", "skvideo": "scikit-video",
    "slugify": "python-slugify", "snappy": "python-snappy", "socks": "PySocks", "sounddevice": "sounddevice",
    "speech_recognition": "SpeechRecognition", "stable_baselines3": "stable-baselines3", "talib": "TA-Lib",
    "tensorflow_addons": "tensorflow-addons", "tensorflow_datasets": "tensorflow-datasets",
    "tensorflow_hub": "tensorflow-hub", "tensorflow_io": "tensorflow-io", "tensorflow_model_optimization":
    "tensorflow-model-optimization", "tensorflow_probability": "tensorflow-probability", "tensorflow_recommenders":
    "tensorflow-recommenders", "tensorflow_text": "tensorflow-text", "tensorflow_transform": "tensorflow-transform",
    "tf_agents": "tf-agents", "tf_keras": "tf-keras", "usb": "pyusb", "win32com": "pywin32", "wx": "wxPython",
    "yaml": "PyYAML", "zmq": "pyzmq",
}  # fmt: skip
# Namespaces that many distributions share: their first parts say which; the rest of them is not guessed.
NAMESPACES = {"azure", "backports", "flaskext", "google", "jaraco", "opentelemetry", "ruamel", "sphinxcontrib", "zope"}
OF_PACKAGE = {
    "google.cloud.aiplatform": "google-cloud-aiplatform", "google.cloud.bigquery": "google-cloud-bigquery",
    "google.cloud.storage": "google-cloud-storage", "google.generativeai": "google-generativeai",
    "google.protobuf": "protobuf", "google.auth": "google-auth", "google.oauth2": "google-auth",
    "azure.storage.blob": "azure-storage-blob", "azure.identity": "azure-identity", "ruamel.yaml": "ruamel.yaml",
}  # fmt: skip

# Parts of Python that are there no more, or on Windows only; and what people call a file of their own.
_NOT_THERE = """
    imp asyncore asynchat smtpd cgi cgitb crypt telnetlib pipes nntplib ossaudiodev parser symbol formatter urllib2
    urlparse cPickle ConfigParser Queue StringIO cStringIO Tkinter commands __builtin__ httplib cookielib HTMLParser
    SocketServer winreg _winreg winsound msvcrt nt utils util helper helpers common config configs conf settings
    constants data dataset dataloader dataloaders model models src lib libs tools functions func funcs my_utils
    utilities main train trainer test tests eval evaluation preprocess preprocessing features plotting visualization
    network networks layers losses metrics modules scripts solution code project package
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
