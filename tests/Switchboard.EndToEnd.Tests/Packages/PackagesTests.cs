using System.IO.Compression;
using System.Text.Json;
using Switchboard.Testing.Docs;
using Switchboard.Testing.Processes;

namespace Switchboard.EndToEnd.Tests.Packages;

/// <summary>The packages, as somebody has them who does not have this repository.</summary>
public sealed class PackagesTests(PackedPackages packed) : IClassFixture<PackedPackages>
{
    private static readonly string[] s_names =
    [
        "Switchboard", "Switchboard.Client", "Switchboard.Client.AspNetCore", "Switchboard.Client.Azure", "Switchboard.Engine", "Switchboard.Gateway", "Switchboard.Protocol", "Switchboard.Server",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Names => [.. s_names];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_package_has_what_its_page_shows_symbols_and_a_bill_of_materials(string name)
    {
        await using var package = await ZipFile.OpenReadAsync(Path.Combine(packed.Packages, $"{name}.{PackedPackages.Version}.nupkg"), Cancellation);
        await using var symbols = await ZipFile.OpenReadAsync(Path.Combine(packed.Packages, $"{name}.{PackedPackages.Version}.snupkg"), Cancellation);
        using var bill = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(packed.Packages, $"{name}.{PackedPackages.Version}.spdx.json"), Cancellation));
        using var nuspec = new StreamReader(await package.GetEntry($"{name}.nuspec")!.OpenAsync(Cancellation));
        var description = await nuspec.ReadToEndAsync(Cancellation);

        Assert.All(["README.md", "icon.png"], file => Assert.NotNull(package.GetEntry(file)));
        Assert.All(["<readme>README.md</readme>", "<icon>icon.png</icon>", "<license type=\"expression\">MIT</license>", "<description>"], text => Assert.Contains(text, description, StringComparison.Ordinal));
        Assert.DoesNotContain("Package Description", description, StringComparison.Ordinal);
        Assert.Contains(symbols.Entries, entry => entry.Name.EndsWith(".pdb", StringComparison.Ordinal));
        Assert.Equal("SPDX-2.3", bill.RootElement.GetProperty("spdxVersion").GetString());
        Assert.Equal(name, bill.RootElement.GetProperty("packages")[0].GetProperty("name").GetString());
    }

    [Fact]
    public void No_other_package_is_made() =>
        Assert.Equal(s_names.Select(name => $"{name}.{PackedPackages.Version}.nupkg"), Directory.EnumerateFiles(packed.Packages, "*.nupkg").Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Packed_again_every_file_has_the_same_bytes()
    {
        var again = Path.Combine(packed.Folder, "again");

        await PackedPackages.PackAsync(again);

        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(packed.Packages, "SHA256SUMS"), Cancellation),
            await File.ReadAllTextAsync(Path.Combine(again, "SHA256SUMS"), Cancellation));
    }

    [Fact]
    public async Task The_programs_of_the_quickstart_run_with_the_packages()
    {
        var programs = DocBlock.Run("csharp").Where(block => block.Page == "docs/quickstart/csharp.md").ToList();
        Assert.Equal(2, programs.Count);
        var host = await BuildAsync("host", "Microsoft.NET.Sdk.Web", "Switchboard.Server", programs[1].Code);
        await using var gateway = ChildProcess.Start(PackedPackages.Dotnet, [host, "--urls", "http://127.0.0.1:0"], GatewayEnvironment.With(new Dictionary<string, string>()), Path.GetDirectoryName(host)!);
        var url = await gateway.WaitForOutputAsync(GatewayProcess.FindUrl, TimeSpan.FromMinutes(1), Cancellation);
        var client = await BuildAsync("client", "Microsoft.NET.Sdk", "Switchboard.Client", programs[0].Code.Replace("http://127.0.0.1:8000", url, StringComparison.Ordinal));

        await using var program = ChildProcess.Start(PackedPackages.Dotnet, [client], GatewayEnvironment.With(new Dictionary<string, string>()), Path.GetDirectoryName(client)!);
        var exitCode = await program.WaitForExitAsync(Cancellation);

        Assert.Equal((0, ""), (exitCode, program.Errors));
        Assert.NotEmpty(program.Output.Trim());
    }

    [Fact]
    public async Task The_tool_is_installed_and_answers()
    {
        var tools = Path.Combine(packed.Folder, "tools");
        await PackedPackages.DotnetAsync(packed.Folder, ["tool", "install", "Switchboard", "--tool-path", tools, "--version", PackedPackages.Version, "--configfile", packed.NuGetConfig]);
        var work = Directory.CreateDirectory(Path.Combine(packed.Folder, "work")).FullName;

        await using var gateway = ChildProcess.Start(Path.Combine(tools, "switchboard"), ["serve", "--port", "0"], GatewayEnvironment.With(new Dictionary<string, string>()), work);
        var url = await gateway.WaitForOutputAsync(GatewayProcess.FindUrl, TimeSpan.FromMinutes(1), Cancellation);
        using var client = new HttpClient();
        using var body = new StringContent("""{"model":"switchboard-tiny","messages":[{"role":"user","content":"Hello!"}]}""", System.Text.Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri($"{url}/v1/chat/completions"), body, Cancellation);

        Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("\"chat.completion\"", await answer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    private async Task<string> BuildAsync(string name, string sdk, string package, string code)
    {
        var folder = Directory.CreateDirectory(Path.Combine(packed.Folder, name)).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(folder, $"{name}.csproj"),
            $"""
            <Project Sdk="{sdk}">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <NuGetAudit>false</NuGetAudit>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <NoWarn>NETSDK1206</NoWarn>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="{package}" Version="{PackedPackages.Version}" /></ItemGroup>
            </Project>
            """,
            Cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), code, Cancellation);
        await PackedPackages.DotnetAsync(folder, ["build", "--configuration", "Release", "--output", Path.Combine(folder, "out"), "--nologo"]);
        return Path.Combine(folder, "out", $"{name}.dll");
    }
}
