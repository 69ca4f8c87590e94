using Microsoft.Playwright;
using MlPipeline.Tests.Support;

namespace MlPipeline.ScoringService.Tests;

/// <summary>The page, in Chromium.</summary>
[Collection(nameof(ServiceFixture))]
public sealed class PageTests(ServiceFixture fixture)
{
    [ChromiumFact]
    public async Task Pictures_that_are_chosen_show_labels_scores_and_heatmaps_also_on_a_phone_in_the_dark()
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await LaunchAsync(playwright);
        foreach (var (width, scheme) in ((int, ColorScheme)[])[(1200, ColorScheme.Light), (360, ColorScheme.Dark)])
        {
            var page = await browser.NewPageAsync(new BrowserNewPageOptions
            {
                ViewportSize = new ViewportSize { Width = width, Height = 740 },
                ColorScheme = scheme,
            });
            var faults = FaultsOf(page);
            await page.GotoAsync(fixture.Shared.Address.ToString());
            await Assertions.Expect(page.GetByLabel("Model")).ToHaveValueAsync("shapes");

            await page.GetByLabel("Choose pictures").SetInputFilesAsync([fixture.Pictures[0], fixture.Pictures[^1]]);

            await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("2 pictures done");
            using var model = ImageClassificationModel.Load(fixture.Model);
            var results = page.Locator(".result");
            Assert.Equal(2, await results.CountAsync());
            await Assertions.Expect(results.First.Locator(".label"))
                .ToHaveTextAsync(model.Predict(Picture.FromFile(fixture.Pictures[^1])).Label!);
            await Assertions.Expect(results.First.GetByRole(AriaRole.Img))
                .ToHaveAttributeAsync("alt", new System.Text.RegularExpressions.Regex("what makes it look like"));
            Assert.Equal(96, await results.First.GetByRole(AriaRole.Img).EvaluateAsync<int>("i => i.naturalWidth"));

            // Another class's heatmap, by the keyboard.
            var second = results.First.GetByRole(AriaRole.Button).Nth(1);
            await second.FocusAsync();
            await page.Keyboard.PressAsync("Enter");
            await Assertions.Expect(second).ToHaveAttributeAsync("aria-pressed", "true");

            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
                "it scrolls sideways");
            Assert.Equal(scheme == ColorScheme.Dark,
                await page.EvaluateAsync<bool>("getComputedStyle(document.body).backgroundColor != 'rgb(255, 255, 255)'"));
            Assert.Empty(faults);
            await page.CloseAsync();
        }
    }

    [ChromiumFact]
    public async Task A_picture_that_cannot_be_used_says_why_and_a_key_is_asked_for()
    {
        const string Key = "a key of many letters";
        await using var service = await fixture.StartAsync(o => o with { Keys = ApiKeys.Of(Key) });
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await LaunchAsync(playwright);
        var page = await browser.NewPageAsync();
        await page.GotoAsync(service.Address.ToString());
        await page.GetByLabel("This service needs a key").FillAsync(Key);
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByLabel("Model")).ToHaveValueAsync("shapes");

        await page.GetByLabel("Choose pictures").SetInputFilesAsync(
            new FilePayload { Name = "<b>no picture</b>.png", MimeType = "image/png", Buffer = [1, 2, 3] });

        await Assertions.Expect(page.Locator(".error")).ToContainTextAsync("not a picture");
        await Assertions.Expect(page.Locator(".name")).ToHaveTextAsync("<b>no picture</b>.png");
    }

    [ChromiumFact]
    public async Task The_reference_shows_every_address_and_asks_no_other_machine()
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await LaunchAsync(playwright);
        var page = await browser.NewPageAsync();
        var faults = FaultsOf(page);

        await page.GotoAsync(new Uri(fixture.Shared.Address, "docs").ToString());

        foreach (var summary in (string[])["Classifies one or many pictures.", "Shows where in one picture a class is seen.",
            "Lists the models.", "Shows a model's card.", "Looks for a newer model and waits until it serves."])
        {
            await Assertions.Expect(page.GetByText(summary).First).ToBeVisibleAsync();
        }

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Scoring service" }).First)
            .ToBeVisibleAsync();
        Assert.Empty(faults);
    }

    [Fact]
    public async Task The_page_may_load_from_this_service_only()
    {
        var page = (await fixture.Shared.GetAsync("")).Good();

        Assert.Contains("default-src 'none'", Assert.Single(page.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("nosniff", Assert.Single(page.Headers.GetValues("X-Content-Type-Options")));
        Assert.DoesNotContain("http://", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", page.Text, StringComparison.Ordinal);
    }

    private static Task<IBrowser> LaunchAsync(IPlaywright playwright) =>
        playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = ChromiumFactAttribute.Browser,
            Args = ["--no-sandbox"],
        });

    /// <summary>What the page says is wrong, and what it asks of others than the service, as it comes.</summary>
    private List<string> FaultsOf(IPage page)
    {
        List<string> faults = [];
        page.Console += (_, message) => faults.AddRange(message.Type == "error" ? [message.Text] : []);
        page.PageError += (_, error) => faults.Add(error);
        page.Request += (_, request) => faults.AddRange(
            request.Url.StartsWith(fixture.Shared.Address.ToString(), StringComparison.Ordinal)
                || request.Url.StartsWith("blob:", StringComparison.Ordinal)
                || request.Url.StartsWith("data:", StringComparison.Ordinal) ? [] : [request.Url]);
        return faults;
    }
}
