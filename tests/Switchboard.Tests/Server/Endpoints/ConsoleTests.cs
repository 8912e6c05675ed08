using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Switchboard.Gateway.Configuration;
using Switchboard.Server;
using Switchboard.Testing.Places;
using Switchboard.Tests.Server.Access;

namespace Switchboard.Tests.Server.Endpoints;

/// <summary>The files of the web console: everybody's to read, and without anything that is not.</summary>
public sealed partial class ConsoleTests
{
    private static readonly string s_sources = RepositoryRoot.Combine("console");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What is served, by its path below <c>/console/</c>.</summary>
    private static IEnumerable<string> Files => Directory.EnumerateFiles(s_sources, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(s_sources, file).Replace('\\', '/'))
        .Where(file => Path.GetExtension(file) is ".html" or ".css" or ".js" or ".svg");

    [Fact]
    public async Task The_files_need_no_key_and_are_those_of_the_sources()
    {
        await using var guarded = await GuardedGateway.StartAsync();

        Assert.NotEmpty(Files);
        foreach (var file in Files)
        {
            using var answer = await guarded.SendAsync("GET", $"/console/{file}");

            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(s_sources, file), Token), await answer.Content.ReadAsByteArrayAsync(Token));
            Assert.Equal(TypeOf(file), answer.Content.Headers.ContentType?.MediaType);
            AssertStrict(answer);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("/ai")]
    public async Task The_page_is_at_an_address_whose_folder_its_files_are_in(string prefix)
    {
        await using var gateway = await ServedGateway.StartAsync(map: prefix.Length == 0 ? null : application => application.MapGroup(prefix).MapSwitchboard());

        using var page = await gateway.Client.GetAsync($"{prefix}/console", Token);

        Assert.Equal($"{prefix}/console/", page.RequestMessage!.RequestUri!.AbsolutePath);
        Assert.Equal("text/html", page.Content.Headers.ContentType?.MediaType);
        var html = await page.Content.ReadAsStringAsync(Token);
        Assert.All(Reference().Matches(html).Select(match => match.Groups["file"].Value), file => Assert.Contains(file, Files));
        Assert.Contains("app.js", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_sent_compressed_and_not_at_all_to_who_has_it()
    {
        await using var gateway = await ServedGateway.StartAsync();
        using var plain = await gateway.Client.GetAsync("/console/app.js", Token);
        using var compressed = await SendAsync(gateway, "Accept-Encoding", "gzip");
        using var known = await SendAsync(gateway, "If-None-Match", plain.Headers.ETag!.ToString());

        await using var gzip = new GZipStream(await compressed.Content.ReadAsStreamAsync(Token), CompressionMode.Decompress);
        using var whole = new MemoryStream();
        await gzip.CopyToAsync(whole, Token);

        Assert.Equal(await plain.Content.ReadAsByteArrayAsync(Token), whole.ToArray());
        Assert.Equal(HttpStatusCode.NotModified, known.StatusCode);
        Assert.True(plain.Headers.CacheControl?.NoCache);
        AssertStrict(known);
    }

    [Theory]
    [InlineData("/console/nothing.js")]
    [InlineData("/console/types.d.ts")]
    [InlineData("/console/../console.zip")]
    [InlineData("/console/pages/")]
    [InlineData("/console/pages%2Fkeys.js")]
    public async Task What_is_no_file_of_it_is_not_there(string path)
    {
        await using var gateway = await ServedGateway.StartAsync();

        using var answer = await gateway.Client.GetAsync(path, Token);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Other_methods_are_refused_and_a_head_has_no_body()
    {
        await using var gateway = await ServedGateway.StartAsync();

        using var posted = await gateway.Client.PostAsync("/console/", ServedGateway.Body("{}"), Token);
        using var head = await gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/console/"), Token);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, posted.StatusCode);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.True(head.Content.Headers.ContentLength > 0);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task It_can_be_turned_off_and_then_nobody_is_told_of_it()
    {
        await using var gateway = await ServedGateway.StartAsync(server: new ServerSettings { Console = false });

        foreach (var path in (string[])["/console", "/console/", "/console/app.js"])
        {
            using var answer = await gateway.Client.GetAsync(path, Token);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        Assert.DoesNotContain("console", await gateway.Client.GetStringAsync("/", Token), StringComparison.Ordinal);
        Assert.DoesNotContain("console", await PageAsync(gateway), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_root_tells_where_it_is()
    {
        await using var gateway = await ServedGateway.StartAsync();

        Assert.Contains($"\"console\":\"{new Uri(gateway.Address, "/console/")}\"", await gateway.Client.GetStringAsync("/", Token), StringComparison.Ordinal);
        Assert.Contains("href=\"console/\"", await PageAsync(gateway), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/admin/keys")]
    [InlineData("/admin/usage")]
    [InlineData("/admin/usage/rows")]
    [InlineData("/admin/secrets")]
    [InlineData("/admin/audit")]
    public async Task What_it_shows_needs_a_key_as_ever(string path)
    {
        await using var guarded = await GuardedGateway.StartAsync();

        using var answer = await guarded.SendAsync("GET", path);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    /// <summary>No markup made of text, nothing that outlives the tab, nothing from elsewhere.</summary>
    [Fact]
    public void Its_sources_have_nothing_that_the_policy_forbids()
    {
        Assert.All(Files, file =>
        {
            var text = File.ReadAllText(Path.Combine(s_sources, file));

            Assert.DoesNotMatch(Forbidden(), text);
            Assert.Empty(Address().Matches(text).Select(match => match.Value).Except(["http://www.w3.org/2000/svg"]));
        });
        Assert.DoesNotMatch(Inline(), File.ReadAllText(Path.Combine(s_sources, "index.html")));
    }

    [Fact]
    public void It_stays_small()
    {
        using var archive = typeof(ProductVersion).Assembly.GetManifestResourceStream("console.zip")!;

        Assert.InRange(archive.Length, 1, 80_000);
    }

    private static void AssertStrict(HttpResponseMessage answer)
    {
        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.All(
            ["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'"],
            rule => Assert.Contains(rule, policy.Split("; ")));
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal(["nosniff"], answer.Headers.GetValues("X-Content-Type-Options"));
        Assert.Equal(["no-referrer"], answer.Headers.GetValues("Referrer-Policy"));
        Assert.Equal(["DENY"], answer.Headers.GetValues("X-Frame-Options"));
    }

    private static async Task<string> PageAsync(ServedGateway gateway)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("Accept", "text/html");
        using var answer = await gateway.Client.SendAsync(request, Token);
        return await answer.Content.ReadAsStringAsync(Token);
    }

    private static async Task<HttpResponseMessage> SendAsync(ServedGateway gateway, string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/console/app.js");
        request.Headers.TryAddWithoutValidation(header, value);
        return await gateway.Client.SendAsync(request, Token);
    }

    private static string TypeOf(string file) => Path.GetExtension(file) switch
    {
        ".html" => "text/html",
        ".css" => "text/css",
        ".js" => "text/javascript",
        _ => "image/svg+xml",
    };

    [GeneratedRegex("(?:src|href)=\"(?<file>[^\"]+)\"")]
    private static partial Regex Reference();

    [GeneratedRegex(@"innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|DOMParser|document\.write|\beval\(|new Function|setAttribute\('style'|localStorage|document\.cookie")]
    private static partial Regex Forbidden();

    [GeneratedRegex("""https?://[^\s"'`)]+""")]
    private static partial Regex Address();

    [GeneratedRegex(@"<style|<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=")]
    private static partial Regex Inline();
}
