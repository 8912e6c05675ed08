using Switchboard.Gateway.Access;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Access;

public sealed class PermissionTests
{
    private static readonly Dictionary<string, ModelSettings> s_rows = new()
    {
        ["first"] = new() { Deployments = [new("a", "m-a")], Fallbacks = ["second", "c/third"], ContextWindowFallbacks = ["second", "c/third"] },
        ["second"] = new() { Deployments = [new("b", "m-b")] },
        ["both"] = new() { Deployments = [new("a", "m-a"), new("b", "m-b")] },
    };

    [Fact]
    public async Task A_fallback_does_not_escape_the_providers_that_are_allowed()
    {
        await using var fleet = New();
        fleet["a"].Fail();

        Assert.Equal("m-b", await AskAsync(fleet, "first", new AccessPolicy()));
        Assert.Equal("third", await AskAsync(fleet, "first", new AccessPolicy { AllowedProviders = ["a", "c"] }));
        Assert.Equal("500 ", await AskAsync(fleet, "first", new AccessPolicy { AllowedProviders = ["a"] }));
        fleet["a"].Fail(400, "context_length_exceeded");
        Assert.Equal("third", await AskAsync(fleet, "first", new AccessPolicy { AllowedProviders = ["a", "c"] }));
        Assert.Single(fleet["b"].Asked);
    }

    [Fact]
    public async Task Of_several_deployments_those_that_are_allowed_answer()
    {
        await using var fleet = New();
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal("m-b", await AskAsync(fleet, "both", new AccessPolicy { AllowedProviders = ["b"] }));
        }

        fleet["b"].Fail();
        Assert.Equal("500 ", await AskAsync(fleet, "both", new AccessPolicy { AllowedProviders = ["b"] }));
        Assert.Empty(fleet["a"].Asked);
    }

    [Theory]
    [InlineData("second")]
    [InlineData("b/x")]
    [InlineData("other-name")]
    public async Task A_model_whose_providers_are_not_allowed_is_refused(string model)
    {
        await using var fleet = New();

        Assert.Equal("403 model_not_allowed", await AskAsync(fleet, model, new AccessPolicy { AllowedProviders = ["a"] }));
        Assert.Empty(fleet["b"].Asked);
    }

    [Fact]
    public async Task A_header_that_names_a_provider_opens_none()
    {
        await using var fleet = New();
        var call = Calls.Chat(model: "x");
        call = new GatewayCall { Operation = call.Operation, Path = call.Path, Body = call.Body, Facts = call.Facts, RequestId = call.RequestId, Sink = call.Sink, Provider = "b", Caller = CallerWith(new AccessPolicy { AllowedProviders = ["a"] }) };

        Assert.Equal("403 model_not_allowed", await fleet.AskAsync(call: call));
        Assert.Empty(fleet["b"].Asked);
    }

    [Theory]
    [InlineData("second", "m-b")]
    [InlineData("first", "403 model_not_allowed")]
    [InlineData("b/m-b", "403 model_not_allowed")]
    [InlineData("other-name", "403 model_not_allowed")]
    public async Task What_the_caller_names_has_to_be_allowed(string model, string expected)
    {
        await using var fleet = New();

        Assert.Equal(expected, await AskAsync(fleet, model, new AccessPolicy { AllowedModels = ["sec*"] }));
    }

    [Fact]
    public async Task An_alias_is_a_name_of_its_own()
    {
        await using var fleet = New();

        Assert.Equal("m-b", await AskAsync(fleet, "other-name", new AccessPolicy { AllowedModels = ["other-name"] }));
        Assert.Equal("403 model_not_allowed", await AskAsync(fleet, "second", new AccessPolicy { AllowedModels = ["other-name"] }));
    }

    private static Fleet New() => new("a b c", s_rows, all => all with { Aliases = new Dictionary<string, string> { ["other-name"] = "second" } });

    private static Caller CallerWith(AccessPolicy policy) => new() { KeyId = "k", Permissions = Permissions.Of([policy]) };

    private static Task<string> AskAsync(Fleet fleet, string model, AccessPolicy policy)
    {
        var call = Calls.Chat(model: model);
        return fleet.AskAsync(call: new GatewayCall
        {
            Operation = call.Operation,
            Path = call.Path,
            Body = call.Body,
            Facts = call.Facts,
            RequestId = call.RequestId,
            Sink = call.Sink,
            Caller = CallerWith(policy),
        });
    }
}
