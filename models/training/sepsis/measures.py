"""What each of the data's measurements is: unit, and fixed numbers near its middle and its spread.

The numbers only bring values to the order of 1 before they are squared; nothing is learnt from them, so they are the same in all folds.
"""
MEASURES = {
    "HR": ("1/min", 83, 18), "O2Sat": ("%", 98, 3), "Temp": ("°C", 37, 0.8), "SBP": ("mmHg", 124, 25), "MAP": ("mmHg", 84, 17),
    "DBP": ("mmHg", 65, 14), "Resp": ("1/min", 18, 5), "EtCO2": ("mmHg", 33, 8), "BaseExcess": ("mmol/L", -3, 4),
    "HCO3": ("mmol/L", 23, 3), "FiO2": ("fraction", 0.4, 0.2), "pH": ("1", 7.4, 0.1), "PaCO2": ("mmHg", 39, 10), "SaO2": ("%", 97, 4),
    "AST": ("IU/L", 32, 100), "BUN": ("mg/dL", 17, 20), "Alkalinephos": ("IU/L", 70, 80), "Calcium": ("mg/dL", 8.2, 1),
    "Chloride": ("mmol/L", 107, 5), "Creatinine": ("mg/dL", 1, 2), "Bilirubin_direct": ("mg/dL", 0.2, 2),
    "Glucose": ("mg/dL", 128, 50), "Lactate": ("mg/dL in the data's description, mmol/L by its values", 2, 3), "Magnesium": ("mg/dL", 2, 0.4),
    "Phosphate": ("mg/dL", 3.3, 1.4), "Potassium": ("mmol/L", 4, 0.7), "Bilirubin_total": ("mg/dL", 0.8, 3), "TroponinI": ("ng/mL", 0.3, 20),
    "Hct": ("%", 31, 7), "Hgb": ("g/dL", 10, 2), "PTT": ("s", 32, 36), "WBC": ("10^3/µL", 10, 8), "Fibrinogen": ("mg/dL", 250, 140),
    "Platelets": ("10^3/µL", 180, 100),
}  # fmt: skip
