// ML.NET writes a transformer of ours into its own model file, and reads it back, only through types that it keeps internal:
// LoadableClassAttribute and SignatureLoadModel to be found, VersionInfo and members of ModelSaveContext and ModelLoadContext to
// read and write. This file alone uses them. It compiles against a copy of Microsoft.ML.Core in which they are marked public
// (Build/ExposedMetadata; see Pipeline.csproj) and runs on the original, for the runtime honours IgnoresAccessChecksTo.
// Tests/Pipeline/Models pins the members to the version of ML.NET.
using System.Reflection;
using System.Runtime.CompilerServices;
using MlPipeline.Pipeline.Models;
using MlPipeline.Pipeline.Transformers;

[assembly: IgnoresAccessChecksTo("Microsoft.ML.Core")]
[assembly: LoadableClass(
    typeof(RowTransformer), typeof(SavedTransformer), null, typeof(SignatureLoadModel), "MlPipeline transformer",
    SavedTransformer.LoaderSignature)]

namespace System.Runtime.CompilerServices
{
    /// <summary>The runtime lets the assembly that bears it reach another assembly's internals.</summary>
    [AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
    internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
    {
        public string AssemblyName { get; } = assemblyName;
    }
}

namespace MlPipeline.Pipeline.Models
{
    /// <summary>
    /// The transformers of this project, and of others who derive from <see cref="RowTransformer"/>, in ML.NET's model files. An
    /// entry holds the transformer's kind and the simple name of the assembly that says who reads it
    /// (<see cref="SavedTransformerAttribute{T}"/>); beside it lie the streams that the transformer itself wrote.
    /// </summary>
    internal static class SavedTransformer
    {
        public const string LoaderSignature = "MlPipelineTransformer";

        // Version 1: the kind, the assembly; then the transformer's own streams.
        private static readonly VersionInfo s_version = new(
            modelSignature: "MLPIPETR",
            verWrittenCur: 0x00010001,
            verReadableCur: 0x00010001,
            verWeCanReadBack: 0x00010001,
            loaderSignature: LoaderSignature,
            loaderAssemblyName: typeof(SavedTransformer).Assembly.GetName().Name!);

        public static void Save(ModelSaveContext context, RowTransformer transformer)
        {
            var assembly = transformer.GetType().Assembly;
            if (Reader(assembly, transformer.Kind) is null)
            {
                throw new NotSupportedException(
                    $"{transformer.GetType().Name} cannot be saved: its assembly names no reader of the kind "
                    + $"'{transformer.Kind}' with SavedTransformer.");
            }

            context.CheckAtModel();
            context.SetVersionInfo(s_version);
            context.SaveNonEmptyString(transformer.Kind);
            context.SaveNonEmptyString(assembly.GetName().Name!);
            transformer.Write(
                new ModelWriter((name, content) => context.SaveBinaryStream(name, stream => stream.Write(content))));
        }

        // ML.NET finds this method by its name and parameters.
        public static RowTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
        {
            ctx.CheckAtModel(s_version);
            var kind = ctx.LoadNonEmptyString();
            var assembly = ctx.LoadNonEmptyString();
            var reader = new ModelReader(kind, name =>
            {
                byte[]? content = null;
                ctx.TryLoadBinaryStream(name, stream =>
                {
                    content = GC.AllocateUninitializedArray<byte>(checked((int)stream.BaseStream.Length));
                    stream.BaseStream.ReadExactly(content);
                });
                return content;
            });
            return Read(kind, assembly, reader);
        }

        private static RowTransformer Read(string kind, string assembly, ModelReader reader)
        {
            try
            {
                return (Reader(Assembly.Load(new AssemblyName(assembly)), kind)
                    ?? throw reader.Error(
                        $"'{assembly}' knows no transformer of that kind: a newer version of it is needed")).Read(reader);
            }
            catch (Exception e) when (e is FileNotFoundException or FileLoadException)
            {
                throw reader.Error($"it is read by the assembly '{assembly}', which is not here: add a reference to it");
            }
        }

        private static SavedTransformerAttribute? Reader(Assembly assembly, string kind) =>
            assembly.GetCustomAttributes<SavedTransformerAttribute>().FirstOrDefault(a => a.Kind == kind);
    }
}
