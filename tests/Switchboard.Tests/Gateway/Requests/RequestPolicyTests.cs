using System.Text;
using Switchboard.Gateway.Configuration;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.Relay;
using Switchboard.Gateway.Requests;
using Switchboard.Tests.Gateway.Support;

namespace Switchboard.Tests.Gateway.Requests;

/// <summary>What is left out, filled in and mended before anyone answers.</summary>
public sealed class RequestPolicyTests
{
    private static readonly RequestPolicy s_dynamo = Policy(new ServerSettings { Compat = ApiCompat.Dynamo });
    private static readonly RequestPolicy s_droppingDynamo = Policy(new ServerSettings { Compat = ApiCompat.Dynamo, DropUnsupported = true });

    [Theory]
    [InlineData("""{"model":"m","a":1,"messages":[{}],"b":2}""", """{"model":"m","messages":[{}]}""", "a, b")]
    [InlineData("""{"a":1,"b":[{}], "model":"m","messages":[{}] , "c":{"d":1} , "e":2 }""", """{"model":"m","messages":[{}] }""", "a, b, c, e")]
    [InlineData("""{"a":1,"model":"m","messages":[{}]}""", """{"model":"m","messages":[{}]}""", "a")]
    [InlineData("""{"model":"m","messages":[{}],"x\u0079":null}""", """{"model":"m","messages":[{}]}""", "xy")]
    public void Unknown_members_are_cut_out_and_named(string body, string sent, string dropped)
    {
        var reading = Read(body, Policy(new ServerSettings { Strict = true, DropUnsupported = true }));

        Assert.Equal(dropped, string.Join(", ", reading.Facts!.Dropped));
        Assert.Equal(sent, Sent(reading));
    }

    [Theory]
    [InlineData(ApiOperation.ChatCompletions, """{"model":"m","messages":[1],"functions":[]}""", "functions")]
    [InlineData(ApiOperation.ChatCompletions, """{"model":"m","messages":[1],"function_call":"auto"}""", "function_call")]
    [InlineData(ApiOperation.ChatCompletions, """{"model":"m","messages":[],"functions":[]}""", "functions")]
    [InlineData(ApiOperation.Responses, """{"model":"m","input":"x","background":true}""", "background")]
    [InlineData(ApiOperation.Responses, """{"model":"m","input":"x","previous_response_id":"r"}""", "previous_response_id")]
    [InlineData(ApiOperation.Responses, """{"prompt":{"id":"p"}}""", "prompt")]
    [InlineData(ApiOperation.Responses, """{"model":"m","input":"x","max_tool_calls":3}""", "max_tool_calls")]
    [InlineData(ApiOperation.Responses, """{"model":"m","input":"x","nvext":{"extra_fields":["completion_token_ids"]}}""", "nvext")]
    public void What_dynamo_cannot_do_is_501(ApiOperation operation, string body, string param)
    {
        var error = Read(body, s_dynamo, operation).Error!;

        Assert.Equal((501, param, "unsupported_parameter"), (error.Status, error.Body.Param, error.Body.Code));
        Assert.StartsWith("Validation: ", error.Body.Message, StringComparison.Ordinal);
        Assert.True(Read(body, RequestPolicy.Lenient, operation).IsTaken || body.Contains("[]", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"model":"m","input":"x","background":false,"previous_response_id":null}""")]
    [InlineData("""{"model":"m","input":"x","nvext":{"extra_fields":["timing"]},"max_tool_calls":null}""")]
    public void What_asks_for_nothing_is_no_501(string body) => Assert.True(Read(body, s_dynamo, ApiOperation.Responses).IsTaken);

    [Fact]
    public void What_dynamo_cannot_do_is_left_out_where_that_is_configured()
    {
        var reading = Read("""{"functions":[1],"model":"m","messages":[1],"function_call":"auto","top_k":4,"z":1}""", s_droppingDynamo);

        Assert.Equal(["functions", "function_call", "z"], reading.Facts!.Dropped);
        Assert.Equal("""{"model":"m","messages":[1],"top_k":4}""", Sent(reading));
    }

    [Fact]
    public void Dynamo_names_all_members_it_does_not_know()
    {
        var error = Read("""{"model":"m","messages":[1],"aa":1,"bb":2,"nvext":{},"ignore_eos":true,"stop_token_ids":[1]}""", s_dynamo).Error!;

        Assert.Equal((400, "Validation: Unsupported parameter(s): `aa`, `bb`"), (error.Status, error.Body.Message));
    }

    [Theory]
    [InlineData("{", "Failed to deserialize the JSON body into the target type: ")]
    [InlineData("""{"model":"m"}""", "Failed to deserialize the JSON body into the target type: ")]
    [InlineData("""{"model":5,"messages":[1]}""", "Failed to deserialize the JSON body into the target type: ")]
    [InlineData("""{"model":"m","messages":[]}""", "Validation: ")]
    [InlineData("""{"model":"m","messages":[1],"stream_options":{}}""", "Validation: ")]
    public void Dynamo_says_by_its_prefix_what_kind_of_refusal_it_is(string body, string prefix) =>
        Assert.StartsWith(prefix, Read(body, s_dynamo).Error!.Body.Message, StringComparison.Ordinal);

    [Fact]
    public void Raw_control_characters_in_strings_are_mended_for_dynamo_alone()
    {
        var body = "{\"model\":\"m\",\n\"messages\":[\"a\nb\tc\\\"\u0001\"]}";

        var reading = Read(body, s_dynamo);

        Assert.Equal("{\"model\":\"m\",\n\"messages\":[\"a\\u000ab\\u0009c\\\"\\u0001\"]}", Encoding.UTF8.GetString(reading.Body.Span));
        Assert.Equal("invalid_json", Read(body, RequestPolicy.Lenient).Error?.Body.Code);
        Assert.Equal("invalid_json", Read("""{"model":"m","input":"a	b"}""", s_dynamo, ApiOperation.Embeddings).Error?.Body.Code);
    }

    [Fact]
    public void Broken_utf8_is_mended_for_dynamo_alone()
    {
        byte[] body = [.. "{\"model\":\"m\",\"messages\":[\"a\n"u8, 0xFF, .. "\"]}"u8];

        var reading = RequestReader.Read(body, ApiOperation.ChatCompletions, s_dynamo);

        Assert.Equal("{\"model\":\"m\",\"messages\":[\"a\\u000a\uFFFD\"]}", Encoding.UTF8.GetString(reading.Body.Span));
        Assert.Contains("not valid UTF-8", RequestReader.Read(body, ApiOperation.ChatCompletions, RequestPolicy.Lenient).Error!.Body.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_mended_is_refused_for_its_first_fault()
    {
        var body = "{\"model\":\"m\",\n\"messages\":[\"a\nb\"]";

        Assert.Contains("line 2", Read(body, s_dynamo).Error!.Body.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ApiOperation.ChatCompletions, """{"messages":[1]}""", """{"model":"up","temperature":0.2,"max_completion_tokens":64,"messages":[1]}""")]
    [InlineData(ApiOperation.ChatCompletions, """{"model":"","messages":[1],"temperature":null}""", """{"max_completion_tokens":64,"model":"up","messages":[1],"temperature":0.2}""")]
    [InlineData(ApiOperation.ChatCompletions, """{"model":null,"messages":[1],"temperature":1,"max_tokens":5}""", """{"model":"up","messages":[1],"temperature":1,"max_tokens":5}""")]
    [InlineData(ApiOperation.ChatCompletions, """{"model":"other","messages":[1],"max_completion_tokens":null}""", """{"temperature":0.2,"model":"up","messages":[1],"max_completion_tokens":64}""")]
    [InlineData(ApiOperation.Completions, """{"prompt":"x","temperature":0}""", """{"model":"up","max_tokens":64,"prompt":"x","temperature":0}""")]
    [InlineData(ApiOperation.Responses, """{"input":"x","max_output_tokens":7}""", """{"model":"up","temperature":0.2,"input":"x","max_output_tokens":7}""")]
    public void Defaults_fill_in_what_is_left_out_or_null(ApiOperation operation, string body, string sent)
    {
        var policy = Policy(new ServerSettings { Defaults = new RequestDefaults { Model = "usual", Temperature = 0.2, MaxCompletionTokens = 64 } });

        var reading = Read(body, policy, operation);

        Assert.True(reading.IsTaken, reading.Error?.Body.Message);
        Assert.Equal(body.Contains("other", StringComparison.Ordinal) ? "other" : "usual", reading.Facts.Model);
        Assert.Equal(Ordered(sent), Ordered(Sent(reading, operation, "up")));
    }

    [Fact]
    public void A_models_own_defaults_win_over_the_servers()
    {
        var policy = RequestPolicy.Of(new GatewayConfiguration
        {
            Server = new ServerSettings { Defaults = new RequestDefaults { Temperature = 0.2, MaxCompletionTokens = 64 } },
            Models = new Dictionary<string, ModelSettings> { ["cool"] = new() { Deployments = [], Defaults = new RequestDefaults { Temperature = 0 } } },
        });

        Assert.Equal("""{"temperature":0,"max_completion_tokens":64,"model":"cool","messages":[1]}""", Sent(Read("""{"model":"cool","messages":[1]}""", policy)));
        Assert.Equal("""{"temperature":0.2,"max_completion_tokens":64,"model":"m","messages":[1]}""", Sent(Read("""{"model":"m","messages":[1]}""", policy)));
    }

    [Fact]
    public void A_stored_prompt_keeps_its_own_model()
    {
        var policy = Policy(new ServerSettings { Defaults = new RequestDefaults { Model = "usual" } });

        var reading = Read("""{"prompt":{"id":"p"}}""", policy, ApiOperation.Responses);

        Assert.Equal("", reading.Facts!.Model);
    }

    [Fact]
    public void A_default_model_for_text_is_none_for_embeddings()
    {
        var policy = Policy(new ServerSettings { Defaults = new RequestDefaults { Model = "usual" } });

        Assert.Equal("model", Read("""{"input":"x"}""", policy, ApiOperation.Embeddings).Error?.Body.Param);
    }

    [Fact]
    public void A_request_says_that_its_stream_shall_begin_with_its_id()
    {
        Assert.True(Read("""{"model":"m","messages":[1],"nvext":{"annotations":["x","request_id"]}}""", RequestPolicy.Lenient).Facts!.WantsRequestId);
        Assert.False(Read("""{"model":"m","messages":[1],"nvext":{"extra_fields":["request_id"],"annotations":"request_id"}}""", RequestPolicy.Lenient).Facts!.WantsRequestId);
    }

    [Fact]
    public void Extensions_are_left_out_together_with_what_was_left_out_before()
    {
        var reading = Read("""{"nvext":{},"functions":[1],"model":"m","zz":1,"messages":[1],"top_k":4,"function_call":"auto","seed":1,"min_p":0}""", s_droppingDynamo);
        var call = Call(reading, ApiOperation.ChatCompletions);

        var edits = RequestEdits.Of(call, "other", new ProviderSettings { Type = "openai", Extensions = ExtensionHandling.Drop }, out _);

        Assert.Equal("""{"model":"other","messages":[1],"seed":1}""", Encoding.UTF8.GetString(edits.Apply(call.Body).Span));
        Assert.Equal(["functions", "zz", "function_call", "nvext", "top_k", "min_p"], call.Dropped);
    }

    [Fact]
    public void Members_are_dropped_and_renamed_as_the_provider_has_it()
    {
        var reading = Read("""{"seed":1,"nvext":{},"model":"m","max_completion_tokens":5,"messages":[1],"top_k":4}""", RequestPolicy.Lenient);
        var call = Call(reading, ApiOperation.ChatCompletions);
        var settings = new ProviderSettings
        {
            Type = "openai",
            Extensions = ExtensionHandling.Drop,
            Parameters = new ParameterRules([new("seed", ParameterRule.Of("drop")), new("max_completion_tokens", ParameterRule.Of("max_tokens")), new("top_k", ParameterRule.Of("k"))]),
        };

        var edits = RequestEdits.Of(call, "other", settings, out var refused);

        Assert.Null(refused);
        Assert.Equal("""{"model":"other","max_tokens":5,"messages":[1],"k":4}""", Encoding.UTF8.GetString(edits.Apply(call.Body).Span));
        Assert.Equal(["seed", "nvext"], call.Dropped);
    }

    [Theory]
    [InlineData("""{"model":"m","messages":[1]}""", """{"max_tokens":64,"model":"m","messages":[1]}""")]
    [InlineData("""{"model":"m","temperature":null,"messages":[1],"max_completion_tokens":null}""", """{"model":"m","messages":[1],"max_tokens":64}""")]
    [InlineData("""{"temperature":null,"max_completion_tokens":null,"model":"m","messages":[1]}""", """{"max_tokens":64,"model":"m","messages":[1]}""")]
    [InlineData("""{ "temperature":1,"max_completion_tokens":5,"model":"m","messages":[1]}""", """{ "max_tokens":5,"model":"m","messages":[1]}""")]
    public void What_defaults_fill_in_is_dropped_and_renamed_as_the_provider_has_it(string body, string sent)
    {
        var reading = Read(body, Policy(new ServerSettings { Defaults = new RequestDefaults { Temperature = 0.2, MaxCompletionTokens = 64 } }));
        var call = Call(reading, ApiOperation.ChatCompletions);
        var settings = new ProviderSettings
        {
            Type = "openai",
            Parameters = new ParameterRules([new("temperature", ParameterRule.Of("drop")), new("max_completion_tokens", ParameterRule.Of("max_tokens"))]),
        };

        var edits = RequestEdits.Of(call, "m", settings, out var refused);

        Assert.Null(refused);
        Assert.Equal(sent, Encoding.UTF8.GetString(edits.Apply(call.Body).Span));
    }

    [Fact]
    public void A_default_is_no_reason_to_refuse_a_request()
    {
        var call = Call(Read("""{"model":"m","messages":[1]}""", Policy(new ServerSettings { Defaults = new RequestDefaults { Temperature = 0.2 } })), ApiOperation.ChatCompletions);
        var settings = new ProviderSettings { Type = "openai", Parameters = new ParameterRules([new("temperature", ParameterRule.Of("refuse"))]) };

        var edits = RequestEdits.Of(call, "m", settings, out var refused);

        Assert.Equal((null, """{"model":"m","messages":[1]}"""), (refused, Encoding.UTF8.GetString(edits.Apply(call.Body).Span)));
    }

    [Fact]
    public void A_member_is_refused_as_the_provider_has_it()
    {
        var call = Call(Read("""{"model":"m","messages":[1],"seed":1}""", RequestPolicy.Lenient), ApiOperation.ChatCompletions);
        var settings = new ProviderSettings { Type = "openai", Parameters = new ParameterRules([new("seed", ParameterRule.Of("refuse"))]) };

        RequestEdits.Of(call, "m", settings, out var refused);

        Assert.Equal("seed", refused);
    }

    private static RequestPolicy Policy(ServerSettings server) => RequestPolicy.Of(new GatewayConfiguration { Server = server });

    private static RequestReading Read(string body, RequestPolicy policy, ApiOperation operation = ApiOperation.ChatCompletions) =>
        RequestReader.Read(Encoding.UTF8.GetBytes(body), operation, policy);

    private static string Sent(RequestReading reading, ApiOperation operation = ApiOperation.ChatCompletions, string? model = null)
    {
        Assert.True(reading.IsTaken, reading.Error?.Body.Message);
        var call = Call(reading, operation);
        return Encoding.UTF8.GetString(RequestEdits.Of(call, model ?? call.Facts.Model).Apply(call.Body).Span);
    }

    private static GatewayCall Call(RequestReading reading, ApiOperation operation) => new()
    {
        Operation = operation,
        Path = "x",
        Body = reading.Body,
        Facts = reading.Facts!,
        RequestId = "r",
        Sink = new RecordingSink(),
    };

    private static string Ordered(string json) =>
        string.Join(',', System.Text.Json.JsonDocument.Parse(json).RootElement.EnumerateObject().Select(member => member.ToString()).Order(StringComparer.Ordinal));
}
