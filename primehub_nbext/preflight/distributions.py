"""The name of a module that a notebook imports in; what pip installs to have it out."""

from __future__ import annotations

# Where the two differ in more than - and _, and capitals, which pip takes for the same. Names as on PyPI.
OF_MODULE = {
    "absl": "absl-py", "attr": "attrs", "Bio": "biopython", "bs4": "beautifulsoup4", "bson": "pymongo",
    "cairo": "pycairo", "community": "python-louvain", "cpuinfo": "py-cpuinfo", "Crypto": "pycryptodome",
    "cv2": "opencv-python-headless", "dateutil": "python-dateutil", "distutils": "setuptools", "dns": "dnspython",
    "docx": "python-docx", "dotenv": "python-dotenv", "engineio": "python-engineio", "faiss": "faiss-cpu",
    "fitz": "PyMuPDF", "gi": "PyGObject", "git": "GitPython", "github": "PyGithub", "gridfs": "pymongo",
    "hydra": "hydra-core", "igraph": "python-igraph", "imblearn": "imbalanced-learn", "jose": "python-jose",
    "jwt": "PyJWT", "kafka": "kafka-python", "kerastuner": "keras-tuner", "ldap": "python-ldap",
    "Levenshtein": "python-Levenshtein", "llama_cpp": "llama-cpp-python", "magic": "python-magic",
    "memcache": "python-memcached", "mpl_toolkits": "matplotlib", "multipart": "python-multipart",
    "MySQLdb": "mysqlclient", "nacl": "PyNaCl", "official": "tf-models-official", "OpenGL": "PyOpenGL",
    "OpenSSL": "pyOpenSSL", "osgeo": "GDAL", "ot": "POT", "PIL": "Pillow", "pkg_resources": "setuptools",
    "pl_bolts": "lightning-bolts", "pptx": "python-pptx", "psycopg2": "psycopg2-binary", "pylab": "matplotlib",
    "pynvml": "nvidia-ml-py", "pythonjsonlogger": "python-json-logger", "pywt": "PyWavelets", "pyximport": "Cython",
    "rest_framework": "djangorestframework", "serial": "pyserial", "skbio": "scikit-bio", "skimage": "scikit-image",
    "sklearn": "scikit-learn", "skopt": "scikit-optimize", "skvideo": "scikit-video", "slugify": "python-slugify",
    "snappy": "python-snappy", "socketio": "python-socketio", "socks": "PySocks",
    "speech_recognition": "SpeechRecognition", "talib": "TA-Lib", "telegram": "python-telegram-bot", "tlz": "toolz",
    "tsfm_public": "granite-tsfm", "umap": "umap-learn", "usb": "pyusb", "whisper": "openai-whisper",
    "wx": "wxPython", "Xlib": "python-xlib", "yaml": "PyYAML", "zmq": "pyzmq",
}  # fmt: skip
# Namespaces that many distributions share: their first parts say which; the rest of them is not guessed.
NAMESPACES = {"azure", "backports", "flaskext", "google", "jaraco", "opentelemetry", "ruamel", "sphinxcontrib", "zope"}
OF_PACKAGE = {
    "google.cloud.aiplatform": "google-cloud-aiplatform", "google.cloud.bigquery": "google-cloud-bigquery",
    "google.cloud.storage": "google-cloud-storage", "google.generativeai": "google-generativeai",
    "google.protobuf": "protobuf", "google.auth": "google-auth", "google.oauth2": "google-auth",
    "azure.storage.blob": "azure-storage-blob", "azure.identity": "azure-identity", "ruamel.yaml": "ruamel.yaml",
}  # fmt: skip

# Parts of Python that are there no more, or on Windows only; what people call a file of their own; and what comes from
# elsewhere, while PyPI has something else of that name, or nothing.
_NOT_THERE = """
    imp asyncore asynchat smtpd cgi cgitb crypt telnetlib pipes nntplib ossaudiodev parser symbol formatter urllib2
    urlparse cPickle ConfigParser Queue StringIO cStringIO Tkinter commands __builtin__ httplib cookielib HTMLParser
    SocketServer winreg _winreg winsound msvcrt nt utils util helper helpers common config configs conf settings
    constants data dataset dataloader dataloaders model models src lib libs tools functions func funcs my_utils
    utilities main train trainer test tests eval evaluation preprocess preprocessing features plotting visualization
    network networks layers losses metrics modules scripts solution code project package apex arcpy bpy caffe clip
    detectron2 graph_tool mrcnn object_detection ROOT win32com
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
