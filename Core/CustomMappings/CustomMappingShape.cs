namespace MlPipeline.Core;

/// <summary>What custom mappings promise of their columns.</summary>
internal static class CustomMappingShape
{
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column that the source class binds is missing or of another type.
    /// </exception>
    public static SchemaShape After(SchemaShape input, IReadOnlyList<MemberBinding> sources, DataViewSchema outputs)
    {
        foreach (MemberBinding binding in sources)
        {
            SchemaShape.Column wanted = SchemaShape.Column.Create(binding.ColumnName, binding.ColumnType);
            SchemaShape.Column found = input.Require(binding.ColumnName, "the custom mapping");
            if (found.IsVector != wanted.IsVector || found.ItemType.RawType != wanted.ItemType.RawType)
                throw Errors.ColumnType("input", binding.ColumnName, wanted.GetTypeString(), found.GetTypeString());
        }

        return input.With(outputs.Select(SchemaShape.Column.Create));
    }
}
