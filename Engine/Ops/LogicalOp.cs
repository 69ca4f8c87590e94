using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>An operator on two truth values, with broadcasting.</summary>
internal abstract class LogicalOp(string type) : PredicateOp(type, ElementType.Bool);
