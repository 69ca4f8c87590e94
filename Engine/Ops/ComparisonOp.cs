using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>An operator that compares two numbers, with broadcasting.</summary>
internal abstract class ComparisonOp(string type) : PredicateOp(type, ElementType.Float32, ElementType.Int64, ElementType.Int32);
