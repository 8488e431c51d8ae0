"""Sources in, one wheel out: the server half, the browser half and the three files that switch both on."""

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent
NAME = "primehub_nbext"


def read_version():
    """The version as written in _version.py, read as text: importing the package is not needed to build it."""
    text = (HERE / NAME / "_version.py").read_text(encoding="utf-8")
    return re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE).group(1)


def files_in(folder):
    """Files directly in folder, as the relative /-separated paths that setuptools wants."""
    return sorted(path.relative_to(HERE).as_posix() for path in (HERE / folder).iterdir() if path.is_file())


def data_files():
    """Each folder of static/ and the .d files, at the place under sys.prefix where Jupyter looks for them."""
    static = HERE / "static"
    folders = [static, *sorted(path for path in static.rglob("*") if path.is_dir())]
    placed = [
        (
            (Path("share/jupyter/nbextensions") / NAME / folder.relative_to(static)).as_posix(),
            files_in(folder.relative_to(HERE)),
        )
        for folder in folders
    ]
    for target in ("nbconfig/notebook.d", "jupyter_notebook_config.d", "jupyter_server_config.d"):
        placed.append((f"etc/jupyter/{target}", [f"jupyter-config/{target}/{NAME}.json"]))
    return [(target, files) for target, files in placed if files]


EXTRAS = {
    # notebook 6.5 imports distutils, which left the standard library in 3.12 and lives on in setuptools.
    "classic": ["notebook>=6.5,<7", 'setuptools; python_version>="3.12"'],
    "nbclassic": ["nbclassic>=1"],
    "sandbox": ["graphql-core>=3.2", "papermill>=2.4", "ipykernel", "cronsim>=2.5"],
    "test": [
        "build",
        "hypothesis",
        "import-linter>=2",
        "playwright",
        "pytest>=7",
        "pytest-timeout",
        "pytest-xdist",
        "setuptools>=64",
        "trustme",
        "wheel",
    ],
    "hub": ["jupyterhub>=5"],
    "dev": ["mypy", "nox", "pre-commit", "ruff", "types-PyYAML", "types-requests"],
}

setup(
    name=NAME,
    version=read_version(),
    description="Submit the open notebook as a PrimeHub job, from the menu bar of the classic Jupyter Notebook",
    long_description=(HERE / "README.md").read_text(encoding="utf-8") if (HERE / "README.md").exists() else "",
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    license_files=["LICENSE"],
    python_requires=">=3.9",
    packages=find_packages(include=[NAME, f"{NAME}.*"]),
    package_data={
        NAME: ["py.typed"],
        f"{NAME}.sandbox": ["seed/**", "seed/**/*", "templates/*"],
        f"{NAME}.sandbox.api": ["schema/*"],
        f"{NAME}.sandbox.runner": ["*.sh"],
    },
    data_files=data_files(),
    zip_safe=False,
    install_requires=[
        "tornado>=6.1",
        "requests>=2.25",
        "urllib3>=1.23",  # primehub/connection.py says why
        "h11>=0.14",
        "nbformat>=5.1",
        "jupyter_core>=4.9",
        "traitlets>=5.1",
        "PyYAML>=5.4",
    ],
    extras_require=EXTRAS,
    entry_points={"console_scripts": [f"jupyter-primehub = {NAME}.cli.app:main"]},
    keywords=["jupyter", "notebook", "nbextension", "primehub", "papermill"],
    classifiers=[
        "Framework :: Jupyter",
        "Intended Audience :: Science/Research",
        "Operating System :: POSIX",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3 :: Only",
    ],
)
