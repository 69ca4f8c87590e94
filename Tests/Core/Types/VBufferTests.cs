using FsCheck;
using FsCheck.Fluent;

namespace MlPipeline.Core.Tests;

public class VBufferTests
{
    private static VBuffer<float> Sparse(int length, params (int Index, float Value)[] items) =>
        new(length, items.Length, items.Select(item => item.Value).ToArray(), items.Select(item => item.Index).ToArray());

    [Fact]
    public void TheDefaultIsAnEmptyDenseVector()
    {
        VBuffer<float> empty = default;
        Assert.Equal((0, true), (empty.Length, empty.IsDense));
        Assert.Empty(empty.DenseValues());
        Assert.Throws<ArgumentOutOfRangeException>(() => empty.GetItemOrDefault(0));
    }

    [Fact]
    public void SparseItemsAreFoundAndTheOthersAreDefault()
    {
        VBuffer<float> vector = Sparse(6, (1, 10), (4, 40));
        Assert.False(vector.IsDense);
        Assert.Equal([0f, 10, 0, 0, 40, 0], vector.DenseValues());
        Assert.Equal([1, 4], vector.GetIndices().ToArray());
        Assert.Equal((10f, 0f), (vector.GetItemOrDefault(1), vector.GetItemOrDefault(5)));
        Assert.Equal([new KeyValuePair<int, float>(1, 10), new(4, 40)], vector.Items());
        Assert.Equal(6, vector.Items(all: true).Count());
        Assert.Equal(6, vector.Cast<float>().Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => vector.GetItemOrDefault(6));
    }

    [Fact]
    public void CopiesKeepTheFormAndReUseTheArrays()
    {
        VBuffer<float> target = default;
        Sparse(6, (1, 10), (4, 40)).CopyTo(ref target);
        Assert.Equal([0f, 10, 0, 0, 40, 0], target.DenseValues());
        float[] array = target.ValuesArray!;
        Sparse(9, (8, 1)).CopyTo(ref target);
        Assert.Same(array, target.ValuesArray);
        Assert.Equal((9, 1), (target.Length, target.GetValues().Length));
        new VBuffer<float>(2, [5, 6]).CopyTo(ref target);
        Assert.Same(array, target.ValuesArray);
        Assert.Equal([5f, 6], target.DenseValues());
        Sparse(4, (0, 3)).CopyToDense(ref target);
        Assert.Equal((true, 3f), (target.IsDense, target.GetItemOrDefault(0)));
        Assert.Equal([3f, 0, 0, 0], target.GetValues().ToArray());
    }

    [Fact]
    public void RangesAreCopied()
    {
        VBuffer<float> target = default;
        Sparse(6, (1, 10), (4, 40)).CopyTo(ref target, 1, 4);
        Assert.Equal([10f, 0, 0, 40], target.DenseValues());
        new VBuffer<float>(4, [1, 2, 3, 4]).CopyTo(ref target, 2, 2);
        Assert.Equal([3f, 4], target.DenseValues());
        float[] span = [9, 9, 9, 9, 9];
        Sparse(3, (1, 5)).CopyTo(span.AsSpan(), 1, -1);
        Assert.Equal([9f, -1, 5, -1, 9], span);
        Assert.Throws<ArgumentException>(() => Sparse(3).CopyTo(new float[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Sparse(3).CopyTo(ref target, 2, 2));
        VBuffer<float>.Copy([1, 2, 3, 4], 1, ref target, 2);
        Assert.Equal([2f, 3], target.DenseValues());
    }

    [Fact]
    public void WrongArraysAreRefused()
    {
        Assert.Throws<ArgumentException>(() => new VBuffer<float>(3, new float[2]));
        Assert.Throws<ArgumentException>(() => new VBuffer<float>(3, 2, new float[2], new int[1]));
        Assert.Throws<ArgumentException>(() => new VBuffer<float>(3, 2, new float[1], new int[2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VBuffer<float>(3, 4, new float[4], new int[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VBuffer<float>(-1, []));
    }

    [Fact]
    public void AnEditorSaysWhetherItMadeNewArrays()
    {
        VBuffer<float> buffer = default;
        VBufferEditor<float> editor = VBufferEditor.Create(ref buffer, 4, 2);
        Assert.Equal(
            (true, true, 2, 2), (editor.CreatedNewValues, editor.CreatedNewIndices, editor.Values.Length, editor.Indices.Length));
        (editor.Indices[0], editor.Indices[1], editor.Values[0], editor.Values[1]) = (0, 3, 1, 2);
        buffer = editor.Commit();
        Assert.Equal([1f, 0, 0, 2], buffer.DenseValues());

        editor = VBufferEditor.Create(ref buffer, 2);
        Assert.Equal((false, false, 0), (editor.CreatedNewValues, editor.CreatedNewIndices, editor.Indices.Length));
        editor = VBufferEditor.Create(ref buffer, 5, keepOldOnResize: true);
        Assert.True(editor.CreatedNewValues);
        Assert.Equal([1f, 2], editor.Values[..2].ToArray());
    }

    [Fact]
    public void AnEditorCanBeCutShort()
    {
        VBuffer<float> buffer = default;
        VBufferEditor<float> editor = VBufferEditor.Create(ref buffer, 4, 3);
        (editor.Indices[0], editor.Values[0]) = (2, 7);
        buffer = editor.CommitTruncated(1);
        Assert.Equal([0f, 0, 7, 0], buffer.DenseValues());

        VBuffer<float> dense = default;
        Assert.Throws<InvalidOperationException>(() => VBufferEditor.Create(ref dense, 4).CommitTruncated(1));
        editor = VBufferEditor.Create(ref dense, 4, requireIndicesOnDense: true);
        (editor.Indices[0], editor.Values[0]) = (1, 5);
        Assert.Equal([0f, 5, 0, 0], editor.CommitTruncated(1).DenseValues());
        Assert.Throws<ArgumentOutOfRangeException>(() => VBufferEditor.Create(ref dense, 2, 3));
    }

    [Fact]
    public void ASparseVectorBehavesAsItsDenseForm()
    {
        Prop.ForAll<int[]>(items =>
        {
            float[] dense = items.Select(item => item % 3 == 0 ? item : 0f).ToArray();
            (int, float)[] stored = dense.Select((value, i) => (i, value)).Where(item => item.value != 0).ToArray();
            VBuffer<float> sparse = Sparse(dense.Length, stored);
            float[] copied = new float[dense.Length];
            sparse.CopyTo(copied);
            VBuffer<float> again = new(1, [99]);
            sparse.CopyTo(ref again);
            int from = dense.Length / 3, length = dense.Length / 2;
            VBuffer<float> part = default;
            sparse.CopyTo(ref part, from, length);
            return dense.SequenceEqual(copied) && dense.SequenceEqual(again.DenseValues())
                && dense.SequenceEqual(Enumerable.Range(0, dense.Length).Select(sparse.GetItemOrDefault))
                && dense.Skip(from).Take(length).SequenceEqual(part.DenseValues());
        }).QuickCheckThrowOnFailure();
    }
}
