namespace MlPipeline.Core;

/// <summary>Writes the current row's value into <paramref name="value"/>, re-using the buffers it finds there.</summary>
public delegate void ValueGetter<TValue>(ref TValue value);
