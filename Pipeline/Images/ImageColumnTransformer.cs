namespace MlPipeline.Pipeline;

/// <summary>Base of the transformers that make one column from another, of which at least one holds images.</summary>
public abstract class ImageColumnTransformer : RowTransformer
{
    private protected ImageColumnTransformer(string output, string input)
    {
        (Output, Input) = (output, input);
    }

    internal string Output { get; }

    internal string Input { get; }

    /// <inheritdoc/>
    protected internal sealed override RowMapping Bind(DataViewSchema inputSchema)
    {
        var column = RequireInput(inputSchema);
        return new Mapping(this, inputSchema, column.Index, TypeAfter(column.Type));
    }

    /// <summary>The input column; one of images unless a deriving class wants another.</summary>
    private protected virtual DataViewSchema.Column RequireInput(DataViewSchema schema) =>
        ColumnCheck.Require(schema, Input, t => t is ImageDataViewType, "image");

    /// <summary>The type of the new column over an input of some type that was found fit.</summary>
    private protected abstract DataViewType TypeAfter(DataViewType input);

    /// <summary>The getter of the new column, a <see cref="ValueGetter{TValue}"/> of its type's raw type.</summary>
    private protected abstract Delegate CreateGetter(DataViewRow row, int inputColumn, DataViewType type);

    private sealed class Mapping(ImageColumnTransformer owner, DataViewSchema schema, int column, DataViewType type)
        : RowMapping(schema, [new DataViewSchema.DetachedColumn(owner.Output, type)])
    {
        protected override IEnumerable<int> DependenciesOf(int addedColumn) => [column];

        protected override Delegate?[] CreateGetters(DataViewRow input, Func<int, bool> isActive) =>
            [isActive(0) ? owner.CreateGetter(input, column, type) : null];
    }
}
