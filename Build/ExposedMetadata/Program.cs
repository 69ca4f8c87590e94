using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

// Copies an assembly with some of its types, and all their members, marked public. The copy is only compiled against; programs
// run on the original. Usage: ASSEMBLY COPY TYPE...
if (args.Length < 3)
{
    Console.Error.WriteLine("usage: MlPipeline.ExposedMetadata ASSEMBLY COPY TYPE...");
    return 2;
}

var bytes = File.ReadAllBytes(args[0]);
var wanted = args[2..].ToHashSet(StringComparer.Ordinal);
using var file = new PEReader(ImmutableArray.Create(bytes));
var metadata = file.GetMetadataReader();
var start = file.PEHeaders.MetadataStartOffset;
foreach (var handle in metadata.TypeDefinitions)
{
    var type = metadata.GetTypeDefinition(handle);
    if (!wanted.Remove($"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}"))
        continue;

    // ECMA-335 II.22.37: Flags are the first four bytes of a TypeDef row.
    Write32(Row(TableIndex.TypeDef, handle), (uint)((type.Attributes & ~TypeAttributes.VisibilityMask) | TypeAttributes.Public));

    // II.22.26: Flags follow RVA (4 bytes) and ImplFlags (2) in a MethodDef row.
    foreach (var method in type.GetMethods())
    {
        var attributes = metadata.GetMethodDefinition(method).Attributes;
        Write16(Row(TableIndex.MethodDef, method) + 6,
            (ushort)((attributes & ~MethodAttributes.MemberAccessMask) | MethodAttributes.Public));
    }

    // II.22.15: Flags are the first two bytes of a Field row.
    foreach (var field in type.GetFields())
    {
        var attributes = metadata.GetFieldDefinition(field).Attributes;
        Write16(Row(TableIndex.Field, field), (ushort)((attributes & ~FieldAttributes.FieldAccessMask) | FieldAttributes.Public));
    }
}

if (wanted.Count > 0)
{
    Console.Error.WriteLine($"{args[0]}: there is no type {string.Join(", ", wanted)}.");
    return 1;
}

Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(args[1]))!);
File.WriteAllBytes(args[1], bytes);
return 0;

int Row(TableIndex table, EntityHandle handle) =>
    start + metadata.GetTableMetadataOffset(table)
        + ((MetadataTokens.GetRowNumber(handle) - 1) * metadata.GetTableRowSize(table));

void Write16(int offset, ushort value) =>
    System.Buffers.Binary.BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(offset), value);

void Write32(int offset, uint value) =>
    System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), value);
