using System.Reflection;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.PublicApi;

public sealed class PublicApiTests
{
    [Theory]
    [InlineData("Switchboard.Protocol")]
    [InlineData("Switchboard.Engine")]
    [InlineData("Switchboard.Gateway")]
    [InlineData("Switchboard.Server")]
    public void The_public_surface_is_the_one_that_was_committed(string assembly)
    {
        var file = Path.Combine(RepositoryRoot.FullPath, "tests", "Switchboard.Tests", "PublicApi", assembly + ".txt");

        var actual = PublicApiListing.Of(Assembly.Load(assembly));

        if (Environment.GetEnvironmentVariable("UPDATE_PUBLIC_API") == "1")
        {
            File.WriteAllText(file, actual);
        }

        Assert.True(File.Exists(file), $"{file} is missing: run with UPDATE_PUBLIC_API=1 and commit it.");
        Assert.Equal(File.ReadAllText(file), actual);
    }
}
