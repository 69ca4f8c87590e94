using FsCheck;
using FsCheck.Fluent;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Tests.Search;

public class ParameterTests
{
    private enum Kind
    {
        Plain,
        Fancy,
    }

    [Fact]
    public void Numbers_keep_every_bit_through_json()
    {
        Prop.ForAll<long>(bits =>
        {
            var number = BitConverter.Int64BitsToDouble(bits * 0x9E3779B97F4A7C1);
            var single = BitConverter.Int32BitsToSingle((int)(bits * 0x9E3779B1));
            return (!double.IsFinite(number)
                || BitConverter.DoubleToInt64Bits(
                Through(Parameter.FromDouble(number)).AsType<double>()) == BitConverter.DoubleToInt64Bits(number))
                && (!float.IsFinite(single)
                    || BitConverter.SingleToInt32Bits(
                    Through(Parameter.FromFloat(single)).AsType<float>()) == BitConverter.SingleToInt32Bits(single))
                && Through(Parameter.FromLong(bits)).AsType<long>() == bits;
        }).QuickCheckThrowOnFailure();
        Assert.Equal(double.Epsilon, Through(Parameter.FromDouble(double.Epsilon)).AsType<double>());
        Assert.Equal(double.MaxValue, Through(Parameter.FromDouble(double.MaxValue)).AsType<double>());
    }

    [Fact]
    public void Text_truth_enumerations_and_names_come_back()
    {
        var all = Parameter.CreateNestedParameter(
            new("text", Parameter.FromString("grün \"x\"\n")), new("flag", Parameter.FromBool(true)),
                new("kind", Parameter.FromEnum(Kind.Fancy)),
            new("inner", Parameter.CreateNestedParameter(new KeyValuePair<string, Parameter>("n", Parameter.FromInt(-7)))));
        var back = Through(all);
        Assert.Equal(all, back);
        Assert.Equal("grün \"x\"\n", back["text"].AsType<string>());
        Assert.True(back["flag"].AsType<bool>());
        Assert.Equal(Kind.Fancy, back["kind"].AsType<Kind>());
        Assert.Equal(-7, back["inner"]["n"].AsType<int>());
        Assert.Equal(ParameterType.Number, Parameter.FromDouble(3).ParameterType);
        Assert.Equal(ParameterType.Integer, Parameter.FromInt(3).ParameterType);
    }

    [Fact]
    public void A_wrong_type_or_name_is_said()
    {
        Assert.Contains("is no Int32",
            Assert.Throws<InvalidOperationException>(() => Parameter.FromString("x").AsType<int>()).Message,
            StringComparison.Ordinal);
        var some = Parameter.CreateNestedParameter(new KeyValuePair<string, Parameter>("a", Parameter.FromInt(1)));
        Assert.Contains("'b'", Assert.Throws<KeyNotFoundException>(() => some["b"]).Message, StringComparison.Ordinal);
    }

    private static Parameter Through(Parameter parameter) => Parameter.FromJson(parameter.ToJson());
}
