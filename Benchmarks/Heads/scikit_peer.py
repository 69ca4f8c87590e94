"""The peer of the heads benchmark: fits scikit-learn's linear classifiers on two .npy files, as told line by line on stdin.

Requests:  lbfgs L2 | svc C TOLERANCE        Answers: one JSON object a line.
"""
import json
import resource
import sys
import time
import warnings

import numpy as np
import scipy.optimize
import sklearn
from scipy.special import logsumexp
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

warnings.filterwarnings("ignore")
X, y = np.load(sys.argv[1]), np.load(sys.argv[2])
trace = []
minimize = scipy.optimize.minimize


def traced_minimize(function, start, *args, **kwargs):
    """scipy.optimize.minimize that notes when each value of the objective was known."""
    def traced(*inner, **named):
        result = function(*inner, **named)
        trace.append((time.perf_counter(), float(result[0] if isinstance(result, tuple) else result)))
        return result
    return minimize(traced, start, *args, **kwargs)


def entropy_objective(model, l2):
    """sum -ln p(label) + l2 / 2 |W|^2, in double precision, in pieces of bounded memory."""
    total = 0.5 * l2 * float((model.coef_.astype(np.float64) ** 2).sum())
    for i in range(0, len(y), 5000):
        z = X[i:i + 5000].astype(np.float64) @ model.coef_.T + model.intercept_
        total += float((logsumexp(z, axis=1) - z[np.arange(len(z)), y[i:i + 5000]]).sum())
    return total


def svc_objective(model, c):
    """The sum over classes of 1/2 |w, b|^2 + C sum max(0, 1 - margin)^2."""
    total = 0.5 * float((model.coef_ ** 2).sum() + (model.intercept_ ** 2).sum())
    for i in range(0, len(y), 5000):
        z = X[i:i + 5000].astype(np.float64) @ model.coef_.T + model.intercept_
        z[np.arange(len(z)), y[i:i + 5000]] *= -1
        total += c * float((np.maximum(0, 1 + z) ** 2).sum())
    return total


def answer(**values):
    values["peakMb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 * 1.048576
    print(json.dumps(values), flush=True)


try:
    from threadpoolctl import threadpool_info
    blas = [f"{i['internal_api']} {i['version']}, {i['num_threads']} threads" for i in threadpool_info() if i["user_api"] == "blas"]
except ImportError:
    blas = []
LogisticRegression().fit(X[:64], np.arange(64) % 2)
sys.modules["sklearn.linear_model._logistic"].optimize.minimize = traced_minimize
answer(version=f"scikit-learn {sklearn.__version__}, numpy {np.__version__}, BLAS: {blas[0] if blas else 'not OpenBLAS or MKL'}")
for line in sys.stdin:
    kind, *values = line.split()
    trace.clear()
    start = time.perf_counter()
    if kind == "lbfgs":
        model = LogisticRegression(C=1 / float(values[0]), max_iter=5000).fit(X, y)
        seconds = time.perf_counter() - start
        value = entropy_objective(model, float(values[0]))
        # Versions differ in how they scale what they minimise; the last value stands for the objective of the model.
        curve = [[t - start, v / trace[-1][1] * value] for t, v in trace]
    else:
        model = LinearSVC(C=float(values[0]), tol=float(values[1]), max_iter=1000).fit(X, y)
        seconds = time.perf_counter() - start
        value = svc_objective(model, float(values[0]))
        curve = []
    answer(seconds=seconds, objective=value, curve=curve)
