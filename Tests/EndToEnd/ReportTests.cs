using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MlPipeline.Data.Demo;
using MlPipeline.Tests.Support;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>The report as people open it: in Chromium, from disk.</summary>
public sealed partial class ReportTests(ReportFixture reports) : IClassFixture<ReportFixture>
{
    // The contrast of every text with what is behind it, where it is less than WCAG 2.1 asks for (1.4.3, level AA).
    private const string PaleTexts = """
        () => {
          const rgba = c => { const v = c.match(/[\d.]+/g).map(Number); return v.length === 4 ? v : [...v, 1]; };
          const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
          const behind = e => { for (; e; e = e.parentElement) {
            const c = rgba(getComputedStyle(e).backgroundColor); if (c[3] === 1) return c; }
            return [255, 255, 255, 1]; };
          return [...document.querySelectorAll('body *')].filter(e => !e.closest('svg') && e.checkVisibility()
              && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())).map(e => {
            const style = getComputedStyle(e), ground = behind(e), opacity = +style.opacity;
            const ink = rgba(style.color).map((v, i) => opacity * v + (1 - opacity) * ground[i]);
            const [a, b] = [light(ink), light(ground)].sort((x, y) => y - x);
            return [(a + .05) / (b + .05), e.className + ' ' + e.textContent.slice(0, 30)];
          }).filter(([ratio]) => ratio < 4.5).map(([ratio, text]) => ratio.toFixed(2) + ' ' + text);
        }
        """;

    [ChromiumFact]
    public async Task Opens_without_faults_or_requests_and_can_be_read_on_a_phone_and_in_the_dark()
    {
        await using var browser = await Browser.OpenAsync();
        foreach (var report in (string[])[reports.Training, reports.Evaluation, reports.Search, reports.Recipe])
        {
            foreach (var (width, scheme) in ((int, ColorScheme)[])[(1200, ColorScheme.Light), (360, ColorScheme.Dark)])
            {
                var page = await browser.ShowAsync(report, width, scheme);

                Assert.Empty(page.Faults);
                Assert.True(await page.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
                    $"{report} scrolls sideways at {width}");
                Assert.Empty(await page.Page.EvaluateAsync<string[]>(PaleTexts));
                Assert.Empty(await page.Page.EvaluateAsync<string[]>(
                    "() => [...document.images].filter(i => i.naturalWidth === 0).map(i => i.alt)"));
                await page.Page.CloseAsync();
            }
        }
    }

    [ChromiumFact]
    public async Task Nothing_is_wider_than_a_printed_page_and_its_ground_is_white()
    {
        // A4 less the margins that browsers leave, at 96 pixels for an inch.
        const int PageWidth = 717;
        await using var browser = await Browser.OpenAsync();
        foreach (var report in (string[])[reports.Training, reports.Evaluation, reports.Search, reports.Recipe])
        {
            var (page, _) = await browser.ShowAsync(report, PageWidth, ColorScheme.Dark);
            await page.EvaluateAsync("""
                () => document.querySelectorAll('.matrix table').forEach(table => {
                  table.parentElement.classList.add('dense');
                  table.style.setProperty('--classes', 30);
                  for (const row of table.rows)
                    while (row.cells.length < 31) row.append(row.cells[1].cloneNode(true));
                })
                """);
            await page.EmulateMediaAsync(new PageEmulateMediaOptions { Media = Media.Print });

            var wide = await page.EvaluateAsync<string[]>("""
                () => [...document.querySelectorAll('body *')].filter(e => !e.closest('svg') && e.checkVisibility()
                  && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))
                """);
            Assert.True(wide.Length == 0, $"{report}: {string.Join(Environment.NewLine, wide.Take(5))}");
            Assert.Equal("rgb(255, 255, 255)",
                await page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor"));
            await page.CloseAsync();
        }
    }

    [ChromiumFact]
    public async Task A_cell_of_the_matrix_shows_its_pictures_by_mouse_and_by_keyboard()
    {
        await using var browser = await Browser.OpenAsync();
        var (page, faults) = await browser.ShowAsync(reports.Training, 1200, ColorScheme.Light);
        var items = page.Locator("#pictures [data-a]:visible");
        var all = await items.CountAsync();
        var miss = page.Locator("#pictures .miss").First;
        var (actual, said) = (await miss.GetAttributeAsync("data-a"), await miss.GetAttributeAsync("data-p"));
        var cell = page.Locator($"[data-cell='{actual},{said}'] button");
        var expected = await page.Locator($"#pictures [data-a='{actual}'][data-p='{said}']").CountAsync();
        Assert.InRange(expected, 1, all - 1);

        await cell.ClickAsync();
        Assert.Equal(expected, await items.CountAsync());
        Assert.Equal($"{expected}", await cell.TextContentAsync());
        await Assertions.Expect(cell).ToHaveAttributeAsync("aria-pressed", "true");
        await Assertions.Expect(page.Locator("#shown")).ToContainTextAsync($"{expected} shown");
        await Assertions.Expect(page.Locator("#shown")).ToBeFocusedAsync();

        await cell.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(cell).ToHaveAttributeAsync("aria-pressed", "false");
        Assert.Equal(all, await items.CountAsync());
        await page.Keyboard.PressAsync("Space");
        Assert.Equal(expected, await items.CountAsync());
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Show all" }).ClickAsync();
        await Assertions.Expect(page.Locator("#shown")).ToHaveTextAsync($"{all} of {all} shown");
        Assert.Empty(faults);
    }

    [ChromiumFact]
    public async Task The_filter_chooses_by_class_kind_and_confidence()
    {
        await using var browser = await Browser.OpenAsync();
        var (page, faults) = await browser.ShowAsync(reports.Training, 360, ColorScheme.Dark);
        var items = page.Locator("#pictures [data-a]:visible");
        var all = await items.CountAsync();
        var misses = await page.Locator("#pictures .miss").CountAsync();

        await page.GetByLabel("Show", new PageGetByLabelOptions { Exact = true }).SelectOptionAsync("errors");
        Assert.Equal(misses, await items.CountAsync());
        await page.GetByLabel("Class", new PageGetByLabelOptions { Exact = true }).SelectOptionAsync(reports.Hostile);
        Assert.Equal(await page.Locator("#pictures .miss[data-a='0'], #pictures .miss[data-p='0']").CountAsync(),
            await items.CountAsync());
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Show all" }).PressAsync("Enter");
        await Assertions.Expect(page.Locator("#shown")).ToHaveTextAsync($"{all} of {all} shown");
        await page.GetByLabel("Confidence from").FillAsync("0.6");
        var scores = await page.EvaluateAsync<double[]>(
            "() => [...document.querySelectorAll('#pictures [data-a]:not([hidden])')].map(e => +e.dataset.s)");
        Assert.All(scores, score => Assert.InRange(score, 0.6, 1));
        Assert.InRange(scores.Length, 1, all - 1);
        Assert.Empty(faults);
    }

    [ChromiumFact]
    public async Task All_is_visible_without_scripts()
    {
        await using var browser = await Browser.OpenAsync();
        var (page, _) = await browser.ShowAsync(reports.Training, 1200, ColorScheme.Light, scripts: false);
        var (pictures, sections) = (page.Locator("#pictures [data-a]"), page.Locator("main > section"));
        Assert.Equal(await pictures.CountAsync(), await page.Locator("#pictures [data-a]:visible").CountAsync());
        Assert.Equal(10, await sections.CountAsync());
        Assert.Equal(10, await page.Locator("main > section:visible").CountAsync());
        Assert.False(await page.Locator("#filter").IsVisibleAsync());
    }

    [Fact]
    public void Every_error_is_there_surest_first_and_names_are_text_alone()
    {
        var html = File.ReadAllText(reports.Training);
        Assert.DoesNotContain("://", html, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.DoesNotContain("<img src=x", html, StringComparison.OrdinalIgnoreCase);
        Assert.Single(ScriptTag().Matches(html));

        var result = reports.Trained;
        var confusion = result.GetProperty("confusion").EnumerateArray().Select(r => r.EnumerateArray()
            .Select(c => c.GetDouble()).ToArray()).ToArray();
        var errors = confusion.Sum(row => row.Sum()) - confusion.Index().Sum(row => row.Item[row.Index]);
        double[] misses = [.. Miss().Matches(html).Select(m => double.Parse(m.Groups[1].Value,
            System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(errors, misses.Length);
        Assert.Equal(misses.OrderDescending(), misses);

        // Of so few pictures a head learns the moved ones too, so that not all of them are found: ConfidentLearningTests has the
        // values. What is listed has another class for its label, or it is said that there is none.
        var labels = html[html.IndexOf("<section id=\"labels\"", StringComparison.Ordinal)..];
        labels = labels[..labels.IndexOf("</section>", StringComparison.Ordinal)];
        var listed = Suspect().Matches(labels);
        Assert.Equal(listed.Count == 0, labels.Contains("None was found.", StringComparison.Ordinal));
        Assert.All(listed, row => Assert.NotEqual(row.Groups[1].Value, row.Groups[2].Value));
    }

    [Fact]
    public void The_same_run_gives_the_same_file_but_for_its_times()
    {
        static string Timeless(string file) => Timing().Replace(File.ReadAllText(file), "");
        Assert.Equal(Timeless(reports.Evaluation), Timeless(reports.EvaluateAgain()));
    }

    [GeneratedRegex("<script")]
    private static partial Regex ScriptTag();

    [GeneratedRegex("class=\"miss[^>]*data-s=\"([0-9.]+)\"")]
    private static partial Regex Miss();

    [GeneratedRegex("<tr><td class=\"text\">.*?</td><td class=\"text\">(.*?)</td><td class=\"text\">(.*?)</td>")]
    private static partial Regex Suspect();

    [GeneratedRegex("<section id=\"timing\".*?</section>", RegexOptions.Singleline)]
    private static partial Regex Timing();

    private sealed class Browser(IPlaywright playwright, IBrowser browser) : IAsyncDisposable
    {
        public static async Task<Browser> OpenAsync()
        {
            var playwright = await Playwright.CreateAsync();
            return new Browser(playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = ChromiumFactAttribute.Browser,
                Args = ["--no-sandbox"],
            }));
        }

        /// <summary>A page with a file, and what goes wrong on it: errors, and requests that leave the file.</summary>
        public async Task<(IPage Page, List<string> Faults)> ShowAsync(string file, int width, ColorScheme scheme,
            bool scripts = true)
        {
            var page = await browser.NewPageAsync(new BrowserNewPageOptions
            {
                ViewportSize = new ViewportSize { Width = width, Height = 740 },
                ColorScheme = scheme,
                JavaScriptEnabled = scripts,
            });
            List<string> faults = [];
            page.Console += (_, message) => faults.AddRange(message.Type is "error" or "warning" ? [message.Text] : []);
            page.PageError += (_, error) => faults.Add(error);
            var address = new Uri(file).AbsoluteUri;
            page.Request += (_, request) => faults.AddRange(request.Url == address
                || request.Url.StartsWith("data:", StringComparison.Ordinal) ? [] : [request.Url]);
            await page.GotoAsync(address);
            return (page, faults);
        }

        public async ValueTask DisposeAsync()
        {
            await browser.DisposeAsync();
            playwright.Dispose();
        }
    }
}

/// <summary>Reports of a small drawn set with a class of a hostile name and two pictures in the wrong folder.</summary>
public sealed class ReportFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CommandRun _training;

    public ReportFixture()
    {
        SampleSet.Write(Pictures, new SampleSetOptions { ImagesPerClass = 12, Size = 64, Seed = 5 });
        foreach (var unused in SampleSet.Classes.Skip(3))
            Directory.Delete(Path.Combine(Pictures, unused), recursive: true);
        Directory.Move(Path.Combine(Pictures, SampleSet.Classes[0]), Path.Combine(Pictures, Hostile));
        foreach (var (place, name) in Moved.Index())
        {
            var file = Directory.GetFiles(Path.Combine(Pictures, SampleSet.Classes[1])).Order(StringComparer.Ordinal).Last();
            File.Move(file, Path.Combine(Pictures, SampleSet.Classes[2], name));
        }

        _training = CommandRun.Of("train", Pictures, "--out", Model, "--folds", "3", "--report", Training, "--json", "--quiet");
        CommandRun.Of("evaluate", Model, Pictures, "--report", Evaluation, "--quiet").Good();
        CommandRun.Of("tune", Pictures, "--out", _folder["best.zip"], "--trials", "3", "--folds", "2",
            "--features-from", "pooled",
            "--report", Search, "--quiet").Good();
        CommandRun.Of("recipe", Pictures, "--report", Recipe, "--quiet").Good();
    }

    public string Hostile { get; } = OperatingSystem.IsWindows() ? "!a&b" : "!<img src=x onerror=alert(1)>\"'&amp;";

    public IReadOnlyList<string> Moved { get; } = ["moved-1.png", "moved-2.png"];

    public string Training => _folder["train.html"];

    public string Evaluation => _folder["evaluate.html"];

    public string Search => _folder["search.html"];

    public string Recipe => _folder["recipe.html"];

    public System.Text.Json.JsonElement Trained => _training.Good().Json;

    private string Pictures => _folder["pictures"];

    private string Model => _folder["model.zip"];

    public string EvaluateAgain()
    {
        CommandRun.Of("evaluate", Model, Pictures, "--report", _folder["again.html"], "--quiet").Good();
        return _folder["again.html"];
    }

    public void Dispose() => _folder.Dispose();
}
