namespace Switchboard.EndToEnd.Tests.CommandLine;

public sealed class KeysTests
{
    [Fact]
    public async Task A_key_is_made_listed_disabled_rotated_and_deleted()
    {
        var folder = Directory.CreateTempSubdirectory("switchboard-test-");
        try
        {
            var configuration = $"storage: {{ records: {Path.Combine(folder.FullName, "keys.db")} }}";
            Task<SwitchboardRun> RunAsync(params string[] arguments) => SwitchboardRun.ToEndAsync(["keys", .. arguments], configuration);

            var made = await RunAsync("create", "my key", "--administrator", "--expires-days", "30");
            var (id, key) = (made.Output.Split('\n')[0], made.Output.Split('\n')[1].Trim());
            Assert.Equal(0, made.ExitCode);
            Assert.Matches("^sk-sb-[0-9A-Za-z]{43}$", key);

            Assert.Equal((0, $"{id} is disabled."), ((await RunAsync("disable", id)) is var disabled ? disabled.ExitCode : -1, disabled.Output.Trim()));
            var list = await RunAsync("list");
            Assert.Contains($"{id}  {key[..10]}…{key[^4..]}  my key  administrator  disabled  until ", list.Output, StringComparison.Ordinal);
            Assert.EndsWith("  never used", list.Output.Trim(), StringComparison.Ordinal);
            Assert.DoesNotContain(key, list.Output, StringComparison.Ordinal);

            var rotated = await RunAsync("rotate", id, "--grace-hours", "1");
            Assert.NotEqual(key, rotated.Output.Split('\n')[1].Trim());
            Assert.Equal(1, (await RunAsync("rotate", id, "--grace-hours", "1")).ExitCode);
            Assert.Equal(0, (await RunAsync("delete", id)).ExitCode);
            Assert.Equal((1, $"There is no key '{id}'."), ((await RunAsync("enable", id)) is var gone ? gone.ExitCode : -1, gone.Errors.Trim()));
            Assert.Equal("", (await RunAsync("list")).Output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task What_cannot_be_done_is_said()
    {
        Assert.Equal(2, (await SwitchboardRun.ToEndAsync(["keys", "list"], "storage: { records: \":memory:\" }")).ExitCode);
        Assert.Equal(2, (await SwitchboardRun.ToEndAsync(["keys", "create", "x", "--expires-days", "0"])).ExitCode);
        Assert.Equal(2, (await SwitchboardRun.ToEndAsync(["keys", "create", ""])).ExitCode);
        Assert.Equal(2, (await SwitchboardRun.ToEndAsync(["keys", "create", "a\nb"])).ExitCode);
        Assert.Equal(1, (await SwitchboardRun.ToEndAsync(["keys", "create", "x", "--project", "project_none"])).ExitCode);
    }

    [Fact]
    public async Task The_doctor_does_not_show_the_master_key()
    {
        const string Master = "planted-master-key-0123456789abcdefgh";

        var run = await SwitchboardRun.ToEndAsync(["doctor", "--urls", "http://0.0.0.0:0"], null, ("SWITCHBOARD_MASTER_KEY", Master));
        var without = await SwitchboardRun.ToEndAsync(["doctor", "--urls", "http://0.0.0.0:0"]);

        Assert.Equal((0, 2), (run.ExitCode, without.ExitCode));
        Assert.DoesNotContain(Master, run.Output + run.Errors, StringComparison.Ordinal);
    }
}
