"""Makes the small networks that the tests run. Needs numpy and onnx; the weights come from one seed."""
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

random = np.random.default_rng(7)


def weights(name, *shape):
    fan_in = int(np.prod(shape[1:])) if len(shape) > 1 else 8
    return numpy_helper.from_array((random.standard_normal(shape) * np.sqrt(2 / fan_in)).astype(np.float32), name)


def save(name, nodes, constants, output, output_shape, batch, opset=13):
    pixels = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [batch, 3, 32, 32])
    result = helper.make_tensor_value_info(output, TensorProto.FLOAT, [batch, *output_shape])
    graph = helper.make_graph(nodes, name, [pixels], [result], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], producer_name="tests")
    model.ir_version = 7
    onnx.checker.check_model(model)
    onnx.save(model, name + ".onnx")


def trunk():
    nodes = [
        helper.make_node("Conv", ["pixels", "w1", "b1"], ["c1"], strides=[2, 2], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c1"], ["r1"]),
        helper.make_node("Conv", ["r1", "w2", "b2"], ["c2"], strides=[4, 4], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c2"], ["map"]),
    ]
    return nodes, [weights("w1", 8, 3, 3, 3), weights("b1", 8), weights("w2", 6, 8, 3, 3), weights("b2", 6)]


# A linear layer on a mean over all places, as in ResNet.
nodes, constants = trunk()
save("mean-pooled", nodes + [
    helper.make_node("GlobalAveragePool", ["map"], ["mean"]),
    helper.make_node("Flatten", ["mean"], ["flat"]),
    helper.make_node("Gemm", ["flat", "w3", "b3"], ["scores"], transB=1),
    helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1),
], constants + [weights("w3", 4, 6), weights("b3", 4)], "probabilities", [4], "N")

# Fully connected layers on the map, as in AlexNet and VGG.
nodes, constants = trunk()
save("fully-connected", nodes + [
    helper.make_node("Flatten", ["map"], ["flat"]),
    helper.make_node("Gemm", ["flat", "w3", "b3"], ["hidden"]),
    helper.make_node("Relu", ["hidden"], ["penultimate"]),
    helper.make_node("MatMul", ["penultimate", "w4"], ["product"]),
    helper.make_node("Add", ["product", "b4"], ["scores"]),
], constants + [weights("w3", 96, 10), weights("b3", 10), weights("w4", 10, 4), weights("b4", 4)], "scores", [4], "N")

# The mean comes last, over one map for each class, as in SqueezeNet; the batch is fixed in the file.
nodes, constants = trunk()
save("class-maps", nodes + [
    helper.make_node("Dropout", ["map"], ["dropped"]),
    helper.make_node("Conv", ["dropped", "w3", "b3"], ["class_maps"]),
    helper.make_node("Relu", ["class_maps"], ["positive"]),
    helper.make_node("GlobalAveragePool", ["positive"], ["mean"]),
    helper.make_node("Softmax", ["mean"], ["probabilities"], axis=1),
], constants + [weights("w3", 4, 6, 1, 1), weights("b3", 4)], "probabilities", [4, 1, 1], 1)
