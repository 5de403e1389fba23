# request: {"data": "2024-01-31"}
from datetime import date

from inference_schema.schema_decorators import input_schema
from inference_schema.parameter_types.abstract_parameter_type import AbstractParameterType


class DateType(AbstractParameterType):
    def __init__(self, sample_input="2024-01-31"):
        super(DateType, self).__init__(sample_input)
        self.sample_data_type = date

    def deserialize_input(self, input_data):
        return date.fromisoformat(input_data)

    def input_to_swagger(self):
        return {"type": "string", "format": "date", "example": self.sample_input}


def init():
    pass


@input_schema("data", DateType())
def run(data):
    return data.year
