using System.CommandLine;

namespace MlPipeline.ScoringService.Tests;

public sealed class SettingsTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("mlpipeline-settings-").FullName;

    [Fact]
    public void Flags_win_over_variables_and_variables_over_the_file()
    {
        var file = Write("""
            {
              // Comments are allowed.
              "models": { "a": "a.zip", "b": "b.zip" },
              "batchSize": 4, "queue": 7, "maxPixels": 2.5, "log": "json", "timeout": 9,
            }
            """);

        var options = Read(["--config", file, "--queue", "5"],
            ("MLPIPELINE_QUEUE", "6"), ("MLPIPELINE_BATCH_SIZE", "2"),
            ("MLPIPELINE_LISTEN", "http://127.0.0.1:0,http://[::1]:0"));

        Assert.Equal((5, 2, 2_500_000, true, 9), (options.Queue, options.BatchSize, options.MaxPixels, options.JsonLog,
            options.Timeout.TotalSeconds));
        Assert.Equal([new ServedFile("a", "a.zip"), new ServedFile("b", "b.zip")], options.Models);
        Assert.Equal(2, options.Listen.Count);
        Assert.Equal(new ServiceOptions { Models = [] }.MaxPictureBytes, options.MaxPictureBytes);
    }

    [Fact]
    public void Defaults_of_the_settings_are_those_of_the_options()
    {
        var (read, plain) = (Read(["m.zip"]), new ServiceOptions { Models = [] });

        foreach (var property in typeof(ServiceOptions).GetProperties().Where(p => p.PropertyType != typeof(IReadOnlyList<Uri>)
            && p.Name != nameof(ServiceOptions.Models)))
        {
            Assert.Equal(property.GetValue(plain), property.GetValue(read));
        }

        Assert.Equal(plain.Listen, read.Listen);
    }

    [Theory]
    [InlineData("--batch-size=5", "--batch-size must be a power of two")]
    [InlineData("--timeout=0", "--timeout must be more than 0")]
    [InlineData("--log=xml", "text or json")]
    [InlineData("--listen=http://0.0.0.0:80", "there is no key")]
    [InlineData("--listen=https://127.0.0.1:80", "proxy")]
    [InlineData("--listen=nonsense", "no address")]
    [InlineData("--config=none.json", "none.json")]
    [InlineData("--api-keys=none.txt", "none.txt")]
    public void Wrong_flags_are_named(string flag, string said) =>
        Assert.Contains(said, Assert.Throws<SettingsException>(() => Read(["m.zip", flag])).Message);

    [Theory]
    [InlineData("""{"batchsize": 4}""", "'batchsize'")]
    [InlineData("""{"batchSize": "4"}""", "batchSize must be a power of two")]
    [InlineData("""{"batchSize": 4.5}""", "batchSize must be a power of two")]
    [InlineData("""{"queue": 0}""", "queue must be from 1")]
    [InlineData("""{"models": ["a.zip"]}""", "'models'")]
    [InlineData("""{"models": {}}""", "'models'")]
    [InlineData("""{"queue": 1,, }""", "line 1")]
    [InlineData("""[]""", "object")]
    [InlineData("""{}""", "Which model?")]
    public void Wrong_files_are_named(string json, string said) =>
        Assert.Contains(said, Assert.Throws<SettingsException>(() => Read(["--config", Write(json)])).Message);

    [Theory]
    [InlineData("MLPIPELINE_QUEUE", "many")]
    [InlineData("MLPIPELINE_API_KEY", "short")]
    [InlineData("MLPIPELINE_API_KEY", "sha256:12")]
    public void Wrong_variables_are_named(string name, string value) =>
        Assert.Contains(name, Assert.Throws<SettingsException>(() => Read(["m.zip"], (name, value))).Message);

    [Fact]
    public void Keys_come_from_a_file_and_a_variable_as_they_are_or_as_hashes()
    {
        var file = Path.Combine(_root, "keys.txt");
        File.WriteAllText(file, """
            # of the greenhouse
            the greenhouse's own key
            sha256:9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08
            """);

        var options = Read(["m.zip", "--api-keys", file, "--listen", "http://0.0.0.0:8080"],
            ("MLPIPELINE_API_KEY", "a key of many letters"));

        Assert.All((string[])["the greenhouse's own key", "test", "a key of many letters"],
            key => Assert.True(options.Keys.Contains(key)));
        Assert.All((string[])["", "# of the greenhouse", "a key of many letter"],
            key => Assert.False(options.Keys.Contains(key)));
    }

    [Theory]
    [InlineData("two words.zip", "NAME=FILE")]
    [InlineData("a=m.zip a=n.zip", "two models named 'a'")]
    public void Names_of_models_must_fit_into_addresses(string models, string said)
    {
        var words = models.Contains('=', StringComparison.Ordinal) ? models.Split(' ') : [models];
        Assert.Contains(said, Assert.Throws<SettingsException>(() => Read(words)).Message);
    }

    [Fact]
    public void Models_may_be_addresses_which_keep_what_stands_behind_their_question_mark()
    {
        var options = Read(["https://models.example/day/flowers.zip?sig=a=b", "birds=http://models.example/x", "--poll", "60"]);

        Assert.Equal([new ServedFile("flowers", "https://models.example/day/flowers.zip?sig=a=b"),
            new ServedFile("birds", "http://models.example/x")], options.Models);
        Assert.Equal(60, options.Poll!.Value.TotalSeconds);
    }

    [Theory]
    [InlineData("m.zip", "none", "none: there is no such folder or file")]
    [InlineData("a.zip b.zip", "none", "write NAME=none")]
    [InlineData("a.zip b.zip", "c=none", "there is no model 'c'; there are a, b")]
    public void Samples_that_cannot_be_compared_on_are_refused(string models, string samples, string said) =>
        Assert.Contains(said,
            Assert.Throws<SettingsException>(() => Read([.. models.Split(' '), "--samples", samples])).Message);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Write(string json)
    {
        var path = Path.Combine(_root, "service.json");
        File.WriteAllText(path, json);
        return path;
    }

    private static ServiceOptions Read(string[] words, params (string Name, string Value)[] variables)
    {
        var settings = new ServiceSettings();
        var command = new Command("serve") { settings.ModelsArgument };
        foreach (var option in settings.Options)
            command.Options.Add(option);
        return settings.Read(command.Parse(words), 0, name => variables.FirstOrDefault(v => v.Name == name).Value);
    }
}
