"""The packages of a deployment are read wherever they are named."""

from __future__ import annotations

import pytest

from .project import MANAGED, Project, having


def _conda(project: Project, text: str) -> dict[str, object]:
    project.write("env/conda.yml", text)
    return having(MANAGED, "environment.conda_file", "env/conda.yml")


def test_packages_written_into_the_deployment_are_read(project: Project) -> None:
    conda = {"dependencies": ["python=3.11", {"pip": ["six"]}]}
    dependencies = project.v2(having(MANAGED, "environment.conda_file", conda)).dependencies
    assert dependencies.file == project.folder / "deployment.yml"
    assert (dependencies.python, dependencies.pip) == ("3.11", ("six",))


def test_an_environment_in_a_file_of_its_own_is_read(project: Project) -> None:
    project.write("env/own.yml", "name: own\nimage: mcr.test/image\nconda_file: file:conda.yml\n")
    project.write("env/conda.yml", "dependencies: [pip: [six]]")
    dependencies = project.v2(having(MANAGED, "environment", "file:env/own.yml")).dependencies
    assert dependencies.pip == ("six",)
    project.write("env/own.yml", "conda_fil: conda.yml\nbuild: {path: gone}\n")
    assert project.v2_problems(having(MANAGED, "environment", "file:env/own.yml")) == [
        "env/own.yml:1: `conda_fil` is no key of an environment. Did you mean conda_file?",
        "env/own.yml:2: `build.path`: gone is not there. Looked for env/gone.",
    ]


@pytest.mark.parametrize(
    ("package", "python", "python_range"),
    [
        ("python", None, None),
        ("python=3.10", "3.10", None),
        ("python==3.10.4", "3.10.4", None),
        ("python=3.10.*", "3.10", None),
        ("python 3.10", "3.10", None),
        ("conda-forge::python=3.10.4=h12debd9_0", "3.10.4", None),
        ("python>=3.8,<3.12", None, "<3.12,>=3.8"),
        ("python >=3.8", None, ">=3.8"),
        ("Python=3", "3", None),
    ],
)
def test_the_version_of_python_is_read(
    project: Project, package: str, python: str | None, python_range: str | None
) -> None:
    plan = project.v2(_conda(project, f"dependencies:\n  - {package}\n"))
    assert (plan.dependencies.python, plan.dependencies.python_range) == (python, python_range)
    assert plan.dependencies.conda == ()


def test_requirements_files_are_read_in(project: Project) -> None:
    project.write(
        "env/requirements.txt",
        """\
# The model's.
--extra-index-url https://index.test/simple
scikit-learn==1.4 \\
    --hash=sha256:00 \\
    --hash=sha256:11
-r deeper/more.txt   # and those
-c limits.txt
numpy ; python_version < "4"
./wheels/own-1.0-py3-none-any.whl
own @ https://here.test/own.zip
git+https://here.test/own.git@v1#egg=own
""",
    )
    project.write("env/deeper/more.txt", "--requirement=../last.txt\npandas[excel]>=2\n")
    project.write("env/last.txt", "six\n")
    project.write("env/limits.txt", "six<2\n")
    project.write("env/wheels/own-1.0-py3-none-any.whl", "")
    text = "dependencies: [numpy=1.26, pip: [-r requirements.txt, joblib]]"
    dependencies = project.v2(_conda(project, text)).dependencies
    env = project.folder / "env"
    assert [" ".join(line.split()) for line in dependencies.pip] == [
        "--extra-index-url https://index.test/simple",
        "scikit-learn==1.4 --hash=sha256:00 --hash=sha256:11",
        "six",
        "pandas[excel]>=2",
        f"-c {env / 'limits.txt'}",
        'numpy ; python_version < "4"',
        str(env / "wheels/own-1.0-py3-none-any.whl"),
        "own @ https://here.test/own.zip",
        "git+https://here.test/own.git@v1#egg=own",
        "joblib",
    ]
    assert dependencies.conda == ("numpy=1.26",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "conda.yml: The file is empty."),
        ("- numpy\n", "conda.yml:1: The file is a list; it takes a mapping (name, channels,"),
        ("dependancies: []", "1: `dependancies` is no key of a conda environment. Did you mean"),
        (
            "pip: [numpy]",
            "1: `pip` is no key of a conda environment. It belongs under dependencies",
        ),
        ("dependencies: numpy", '1: `dependencies` is "numpy"; it takes a list of packages.'),
        ("dependencies:\n  - 5\n", "2: A package of conda is a text such as numpy=1.26."),
        ("dependencies:\n  - '=1'\n", '2: "=1" is no package of conda.'),
        ("dependencies:\n  - python=three\n", '2: "=three" is no version of Python.'),
        (
            "dependencies:\n  - npm: [x]\n",
            "2: `npm`: among the packages of conda only pip has a list.",
        ),
        ("dependencies:\n  - pip: numpy\n", "2: `pip` takes a list of requirements."),
        ("dependencies:\n  - pip: [{a: b}]\n", "2: A requirement of pip is a text such as"),
        ("dependencies:\n  - pip:\n    - numpy=1.0\n", '3: "numpy=1.0" is no requirement of pip.'),
        (
            "dependencies:\n  - pip: [-r gone.txt]\n",
            "gone.txt: There is no such requirements file.",
        ),
        ("dependencies:\n  - pip: [-r own.txt]\n", "own.txt:2: own.txt is read in by itself."),
        ("dependencies:\n  - pip: [-r bad.txt]\n", 'bad.txt:3: "a b c" is no requirement of pip.'),
        ("dependencies:\n  - pip: [./gone.whl]\n", "2: ./gone.whl is not there."),
    ],
)
def test_what_is_wrong_with_the_packages_is_told(project: Project, text: str, message: str) -> None:
    project.write("env/own.txt", "six\n-r own.txt\n")
    project.write("env/bad.txt", "six \\\n  ; python_version > '3'\na b c\n")
    problems = project.v2_problems(_conda(project, text))
    assert len(problems) == 1
    assert message in problems[0]


def test_a_file_that_is_named_twice_is_read_once(project: Project) -> None:
    for number in range(40):
        next_one = f"-r {number + 1}.txt\n" if number < 15 else "six\n"
        project.write(f"env/{number}.txt", next_one * 2)
    plan = project.v2(_conda(project, "dependencies: [pip: [-r 0.txt, -r 3.txt]]"))
    assert plan.dependencies.pip == ("six", "six")


def test_files_that_lead_on_without_end_are_told(project: Project) -> None:
    for number in range(30):
        project.write(f"env/{number}.txt", f"-r {number + 1}.txt\n")
    (problem,) = project.v2_problems(_conda(project, "dependencies: [pip: [-r 0.txt]]"))
    assert problem == "env/19.txt:1: Requirements files are read in 20 deep here."
