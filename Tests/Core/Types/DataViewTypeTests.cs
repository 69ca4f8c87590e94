namespace MlPipeline.Core.Tests;

public class DataViewTypeTests
{
    [Fact]
    public void TypesAreEqualByMeaning()
    {
        Assert.Equal(new KeyDataViewType(typeof(uint), 5), new KeyDataViewType(typeof(uint), 5ul));
        Assert.NotEqual(new KeyDataViewType(typeof(uint), 5), new KeyDataViewType(typeof(uint), 6));
        Assert.NotEqual(new KeyDataViewType(typeof(uint), 5), new KeyDataViewType(typeof(ulong), 5));
        Assert.NotEqual<DataViewType>(NumberDataViewType.UInt32, new KeyDataViewType(typeof(uint), uint.MaxValue));
        Assert.Equal(
            new VectorDataViewType(NumberDataViewType.Single, 2, 3),
            new VectorDataViewType(NumberDataViewType.Single, System.Collections.Immutable.ImmutableArray.Create(2, 3)));
        Assert.NotEqual(
            new VectorDataViewType(NumberDataViewType.Single, 6), new VectorDataViewType(NumberDataViewType.Single, 2, 3));
        Assert.NotEqual(
            new VectorDataViewType(NumberDataViewType.Single, 6), new VectorDataViewType(NumberDataViewType.Double, 6));
    }

    [Fact]
    public void VectorsTellTheirSize()
    {
        var known = new VectorDataViewType(NumberDataViewType.Single, 2, 3);
        var unknown = new VectorDataViewType(NumberDataViewType.Single, 2, 0);
        Assert.Equal((6, true), (known.Size, known.IsKnownSize));
        Assert.Equal((0, false), (unknown.Size, unknown.IsKnownSize));
        Assert.Equal(typeof(VBuffer<float>), new VectorDataViewType(NumberDataViewType.Single).RawType);
        Assert.Throws<ArgumentOutOfRangeException>(() => new VectorDataViewType(NumberDataViewType.Single, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VectorDataViewType(NumberDataViewType.Single, 65536, 65536));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VectorDataViewType(NumberDataViewType.Single, Array.Empty<int>()));
    }

    [Fact]
    public void KeysCountWithinTheirType()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(int), 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(byte), 256));
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(byte), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(byte), -1));
        Assert.True(KeyDataViewType.IsValidDataType(typeof(ushort)));
        Assert.False(KeyDataViewType.IsValidDataType(typeof(long)));
    }

    [Theory]
    [InlineData("Single")]
    [InlineData("Key<UInt32, 0-4>")]
    [InlineData("Vector<Single, 3>")]
    [InlineData("Vector<String>")]
    [InlineData("Vector<Double, 2, *>")]
    public void TypesAreNamed(string name)
    {
        DataViewType[] types =
        [
            NumberDataViewType.Single, new KeyDataViewType(typeof(uint), 5), new VectorDataViewType(NumberDataViewType.Single, 3),
            new VectorDataViewType(TextDataViewType.Instance), new VectorDataViewType(NumberDataViewType.Double, 2, 0),
        ];
        Assert.Contains(name, types.Select(type => type.ToString()));
    }

    [Fact]
    public void RowIdsOfAForkOrACombinationDoNotCollide()
    {
        var ids = new HashSet<DataViewRowId>();
        for (ulong i = 0; i < 1000; i++)
        {
            var id = new DataViewRowId(i, 0);
            Assert.True(ids.Add(id) && ids.Add(id.Next()) && ids.Add(id.Fork()) && ids.Add(id.Combine(new DataViewRowId(1, 0))));
        }
        Assert.Equal(new DataViewRowId(3, 4).Fork(), new DataViewRowId(3, 4).Fork());
        Assert.True(new DataViewRowId(9, 1).CompareTo(new DataViewRowId(0, 2)) < 0);
    }
}
